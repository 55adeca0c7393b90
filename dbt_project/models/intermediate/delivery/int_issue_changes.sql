-- Changes of status, sprint and estimate in the one order in which they happened to an issue. `change_no` counts from 1;
-- 0 is the creation. A change is known by its field's id, which older servers leave out: then by the field's name.
with tracked_fields as (

    select
        site,
        field_id,
        name,
        'sprint' as kind,
        cast(null as {{ dbt.type_string() }}) as unit
    from {{ ref('stg_jira__fields') }}
    where custom_type like '%:gh-sprint'
    union all
    select
        site,
        field_id,
        name,
        'estimate',
        unit
    from {{ ref('int_estimation_fields') }}

),

changes as (

    select * from {{ ref('stg_jira__issue_changes') }}

),

known as (

    select
        changes.*,
        'status' as kind,
        'status' as tracked_field_id,
        cast(null as {{ dbt.type_string() }}) as unit
    from changes
    where coalesce(changes.field_id, case when changes.field_type <> 'custom' then lower(changes.field) end) = 'status'
    union all
    select
        changes.*,
        tracked_fields.kind,
        tracked_fields.field_id,
        tracked_fields.unit
    from changes
    inner join tracked_fields
        on changes.site = tracked_fields.site
        and (
            changes.field_id = tracked_fields.field_id
            or (changes.field_id is null and lower(changes.field) = lower(tracked_fields.name))
            or (changes.field_id is null and changes.field = tracked_fields.field_id)
        )

),

trimmed as (

    select
        site,
        issue_id,
        history_id,
        position,
        kind,
        tracked_field_id as field_id,
        unit,
        changed_at,
        nullif(trim(from_value), '') as from_value,
        nullif(trim(from_text), '') as from_text,
        nullif(trim(to_value), '') as to_value,
        nullif(trim(to_text), '') as to_text
    from known

)

select
    *,
    {% for side in ['from', 'to'] -%}
    -- The text holds the number: a field that one chooses from has an option's id as its value. Times are seconds.
    case
        when unit = 'hours'
            then cast(round(try_cast({{ side }}_value as decimal(18, 0)) / 3600.0, 10) as decimal(28, 10))
        when unit = 'points'
            then coalesce(
                try_cast({{ side }}_text as decimal(28, 10)), try_cast({{ side }}_value as decimal(28, 10))
            )
    end as estimate_{{ side }},
    {% endfor -%}
    row_number() over (
        partition by site, issue_id
        order by changed_at, try_cast(history_id as bigint), history_id, position, field_id
    ) as change_no
from trimmed
