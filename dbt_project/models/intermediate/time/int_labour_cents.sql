-- An amount is hours x rate per person, project, period and rate, spread over its entries by largest remainder: each has
-- its exact amount cut to the cent, and those with the largest rest one cent more until they add up. Here are those. An
-- entry in the reporting currency has one amount only, and one of whole cents never gets more.
{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook="{{ drop_stale_slices(ref('int_hours_slices')) }}"
) }}
{% set missing = missing_slices(ref('int_hours_slices')) %}
{% set labour_group = ['person_match_code', 'project_code', 'period_no', 'rate', 'rate_currency'] %}
{% set amounts = ['tx', 'booked', 'budget'] %}
with
{% for amount in amounts -%}
{% set has_amount -%}
    entries.exact_{{ amount }} is not null and {{ is_missing_slice('entries.slice_hash', missing) }}
        {%- if amount != 'tx' %} and entries.{{ amount }}_fx <> 1{% endif %}
{%- endset -%}
left_over_{{ amount }} as (

    select
        {{ labour_group | join(', ') }},
        round(sum(exact_{{ amount }}), 2) * 100 - sum(floor(exact_{{ amount }} * 100)) as cents
    from {{ ref('int_labour_priced') }} as entries
    where {{ has_amount }}
    group by {{ labour_group | join(', ') }}
    having round(sum(exact_{{ amount }}), 2) * 100 - sum(floor(exact_{{ amount }} * 100)) > 0

),

ranked_{{ amount }} as (

    select
        entries.batch_no,
        entries.source_row,
        entries.slice_hash,
        left_over.cents,
        row_number() over (
            partition by {% for column in labour_group %}entries.{{ column }}{% if not loop.last %}, {% endif %}{% endfor %}
            order by entries.exact_{{ amount }} * 100 - floor(entries.exact_{{ amount }} * 100) desc, entries.work_date,
                entries.batch_no, entries.source_row
        ) as remainder_rank
    from {{ ref('int_labour_priced') }} as entries
    inner join left_over_{{ amount }} as left_over
        on {% for column in labour_group %}entries.{{ column }} is not distinct from left_over.{{ column }}{% if not loop.last %}
        and {% endif %}{% endfor %}
    where {{ has_amount }}
        and entries.exact_{{ amount }} * 100 <> floor(entries.exact_{{ amount }} * 100)

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
