-- An amount is hours x rate per person, project, period and rate, spread over its entries by largest remainder: each has
-- its exact amount cut to the cent, and those with the largest rest one cent more until they add up. Here are those. An
-- entry in the reporting currency has one amount only, and one of whole cents never gets more.
{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook="{{ drop_stale_slices(ref('int_hours_slices')) }}"
) }}
{% set missing = missing_slices(ref('int_hours_slices')) %}
{% set labour_group = ['person_match_code', 'project_code', 'period', 'rate', 'rate_currency'] %}
{% set amounts = ['tx', 'booked', 'budget'] %}
with entries as (

    select
        batch_no,
        source_row,
        work_date,
        booked_fx,
        budget_fx,
        slice_hash,
        {{ labour_group | join(', ') }},
        {% for amount in amounts -%}
        exact_{{ amount }},
        floor(exact_{{ amount }} * 100) as cut_{{ amount }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('int_labour_priced') }}
    where exact_tx is not null and {{ is_missing_slice('slice_hash', missing) }}

),

left_over as (

    select
        {{ labour_group | join(', ') }},
        {% for amount in amounts -%}
        round(sum(exact_{{ amount }}), 2) * 100 - sum(cut_{{ amount }}) as cents_{{ amount }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from entries
    group by {{ labour_group | join(', ') }}

),

{% for amount in amounts -%}
ranked_{{ amount }} as (

    select
        entries.batch_no,
        entries.source_row,
        entries.slice_hash,
        left_over.cents_{{ amount }} as cents,
        row_number() over (
            partition by {% for column in labour_group %}entries.{{ column }}{% if not loop.last %}, {% endif %}{% endfor %}
            order by entries.exact_{{ amount }} * 100 - entries.cut_{{ amount }} desc, entries.work_date,
                entries.batch_no, entries.source_row
        ) as remainder_rank
    from entries
    inner join left_over
        on {% for column in labour_group %}entries.{{ column }} is not distinct from left_over.{{ column }}{% if not loop.last %}
        and {% endif %}{% endfor %}
    where left_over.cents_{{ amount }} > 0
        and entries.exact_{{ amount }} * 100 <> entries.cut_{{ amount }}
        {%- if amount != 'tx' %}
        and entries.{{ amount }}_fx <> 1
        {%- endif %}

),

{% endfor -%}
given as (

    {% for amount in amounts -%}
    select
        batch_no,
        source_row,
        slice_hash,
        {% for each in amounts %}{{ 1 if each == amount else 0 }} as {{ each }}_cent{% if not loop.last %}, {% endif %}{% endfor %}
    from ranked_{{ amount }}
    where remainder_rank <= cents
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    batch_no,
    source_row,
    slice_hash,
    {% for amount in amounts -%}
    max({{ amount }}_cent) as {{ amount }}_cent{% if not loop.last %},{% endif %}
    {% endfor %}
from given
group by
    batch_no,
    source_row,
    slice_hash
