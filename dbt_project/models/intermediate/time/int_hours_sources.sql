-- As configured; else timesheets where a project has any hours there.
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

entries as (

    select distinct
        entries.source_system,
        entries.project,
        entries.work_date as dated_on
    from {{ ref('int_hours_entries') }} as entries
    cross join parameters
    where entries.work_date <= parameters.as_of

),

resolved as (

    select distinct
        entries.source_system,
        {{ resolved_project() }} as project_code
    from entries
    left join {{ ref('int_project_crosswalk') }} as project_crosswalk
        on entries.source_system = project_crosswalk.source_system
        and entries.project = project_crosswalk.source_id
        and entries.dated_on between project_crosswalk.valid_from and project_crosswalk.valid_to
    left join {{ ref('int_projects') }} as own_project
        on entries.project = own_project.project_code

)

select
    resolved.project_code,
    case
        when max(hours_from.hours_from) is not null then max(hours_from.hours_from)
        when max(parameters.default_hours_from) is not null then max(parameters.default_hours_from)
        when max(case when resolved.source_system = 'timesheets' then 1 else 0 end) = 1 then 'timesheet'
        else 'jira'
    end as hours_from
from resolved
cross join parameters
left join {{ ref('stg_control__hours_from') }} as hours_from
    on resolved.project_code = hours_from.project
group by resolved.project_code
