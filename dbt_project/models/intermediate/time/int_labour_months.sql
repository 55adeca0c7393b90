-- Valued hours, as much of them as has the same treatment: the ledger posts labour per person, project and period. Their
-- amount is that of their labour groups: what largest remainder spreads over the entries adds up to it.
{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook="{{ drop_stale_slices(ref('int_hours_slices')) }}"
) }}
{% set missing = missing_slices(ref('int_hours_slices')) %}
with labour_groups as (

    select
        project_code,
        person_match_code,
        is_contractor,
        period_no,
        slice_hash,
        count(*) as entries,
        min(work_date) as first_work_date,
        sum(hours) as hours,
        {% for basis in ['booked', 'budget'] -%}
        {{ to_cents('sum(exact_' ~ basis ~ ')') }} as amount_{{ basis }},
        count(*) - count(exact_{{ basis }}) as unrated_{{ basis }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('int_labour_priced') }}
    where {{ is_missing_slice('slice_hash', missing) }}
    group by
        project_code,
        person_match_code,
        is_contractor,
        period_no,
        slice_hash,
        rate,
        rate_currency

)

select
    project_code,
    person_match_code,
    is_contractor,
    period_no,
    slice_hash,
    cast(sum(entries) as bigint) as entries,
    min(first_work_date) as first_work_date,
    cast(sum(hours) as decimal(38, 10)) as hours,
    {% for basis in ['booked', 'budget'] -%}
    sum(amount_{{ basis }}) as amount_{{ basis }},
    cast(sum(unrated_{{ basis }}) as bigint) as unrated_{{ basis }}{% if not loop.last %},{% endif %}
    {% endfor %}
from labour_groups
group by
    project_code,
    person_match_code,
    is_contractor,
    period_no,
    slice_hash
