-- A waiver holds through its last day; from then on what was waived is due, not before its own day.
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

prerequisites as (

    select
        prerequisites.*,
        prerequisites.satisfied_on is null and coalesce(prerequisites.waived_until >= parameters.as_of, false) as is_waived,
        greatest(
            coalesce(prerequisites.due_on, prerequisites.waived_until),
            coalesce(prerequisites.waived_until, prerequisites.due_on)
        ) as due_at_last_on
    from {{ ref('int_prerequisites') }} as prerequisites
    cross join parameters

)

select
    {{ surrogate_key(['prerequisites.source_project', 'prerequisites.prerequisite', 'prerequisites.gate']) }} as gate_sk,
    projects.project_sk,
    prerequisites.project_code,
    projects.project_name,
    prerequisites.source_project,
    prerequisites.gate,
    prerequisites.prerequisite,
    prerequisites.kind,
    prerequisites.due_on,
    prerequisites.satisfied_on,
    prerequisites.waived_until,
    case when parameters.published_people <> 'pseudonym' then prerequisites.waived_by end as waived_by,
    prerequisites.evidence,
    case
        when prerequisites.satisfied_on is not null then 'satisfied'
        when prerequisites.is_waived then 'waived'
        when prerequisites.due_at_last_on < parameters.as_of then 'overdue'
        else 'pending'
    end as status,
    case
        when prerequisites.satisfied_on is null and not prerequisites.is_waived
            and prerequisites.due_at_last_on < parameters.as_of
            then {{ dbt.datediff('prerequisites.due_at_last_on', 'parameters.as_of', 'day') }}
        else 0
    end as overdue_days,
    coalesce(prerequisites.satisfied_on > prerequisites.due_on, false) as is_satisfied_late,
    coalesce(prerequisites.waived_until < parameters.as_of, false) as is_waiver_expired,
    prerequisites.source_path,
    prerequisites.source_sheet,
    prerequisites.source_place,
    prerequisites.batch_id,
    parameters.as_of
from prerequisites
cross join parameters
inner join {{ ref('dim_project') }} as projects
    on prerequisites.project_code = projects.project_code
    and projects.is_current
