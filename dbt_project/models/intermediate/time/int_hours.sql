-- Timesheet entries and Jira worklogs in one shape. One source counts per project, so hours logged in both count once.
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

timesheet_entries as (

    select
        'timesheets' as source_system,
        {{ surrogate_key(["'timesheets'", 'file_hash', 'source_row']) }} as timesheet_entry_sk,
        entry_id as source_entry_id,
        person,
        project,
        task,
        role,
        status,
        comment,
        hours,
        is_billable,
        work_date,
        batch_id,
        source_path,
        source_sheet,
        source_place,
        source_row
    from {{ ref('int_timesheet_entries_current') }}

),

worklogs as (

    select
        'jira' as source_system,
        {{ surrogate_key(["'jira'", 'worklogs.site', 'worklogs.worklog_id']) }} as timesheet_entry_sk,
        worklogs.worklog_id as source_entry_id,
        worklogs.author_account as person,
        coalesce(issues.project_key, worklogs.project_key) as project,
        coalesce(issues.issue_key, worklogs.issue_key) as task,
        cast(null as {{ dbt.type_string() }}) as role,
        'approved' as status,
        worklogs.comment,
        worklogs.hours,
        cast(null as boolean) as is_billable,
        {{ local_date('worklogs.started_at', 'parameters.timezone') }} as work_date,
        worklogs.batch_id,
        worklogs.source_path,
        worklogs.source_sheet,
        worklogs.source_place,
        worklogs.source_row
    from {{ ref('stg_jira__worklogs') }} as worklogs
    cross join parameters
    left join {{ ref('int_issues') }} as issues
        on worklogs.site = issues.site
        and worklogs.issue_id = issues.issue_id
    -- Jira deletes the worklogs of an issue with it.
    where not worklogs.is_deleted and not coalesce(issues.is_gone_for_good, false)

),

entries as (

    select * from timesheet_entries
    union all
    select * from worklogs

),

resolved as (

    select
        entries.source_system,
        entries.timesheet_entry_sk,
        {{ id_without_person('entries.source_entry_id', 'entries.person', 'person_codes.code_sk') }} as source_entry_id,
        entries.person,
        entries.project,
        {{ id_without_person('entries.task', 'entries.person', 'person_codes.code_sk') }} as task,
        entries.role,
        entries.status,
        entries.comment,
        entries.hours,
        entries.is_billable,
        entries.work_date,
        entries.batch_id,
        entries.source_path,
        entries.source_sheet,
        entries.source_place,
        entries.source_row,
        {{ resolved_project() }} as project_code,
        coalesce(person_codes.person_code, 'unmapped') as person_code,
        coalesce(person_codes.match_code, entries.person) as person_match_code,
        coalesce(entries.role, person_codes.role) as rate_role,
        coalesce(person_codes.is_contractor, false) as is_contractor,
        days.period,
        days.period_no,
        {{ fiscal_year_label('days.fiscal_year') }} as fiscal_year,
        entries.status = 'approved'
        or (entries.status = 'unknown' and parameters.unknown_hours <> 'pending') as is_approved
    from entries
    cross join parameters
    left join {{ ref('int_project_crosswalk') }} as project_crosswalk
        on entries.source_system = project_crosswalk.source_system
        and entries.project = project_crosswalk.source_id
        and entries.work_date between project_crosswalk.valid_from and project_crosswalk.valid_to
    left join {{ ref('int_projects') }} as own_project
        on entries.project = own_project.project_code
    left join {{ ref('int_person_codes') }} as person_codes
        on entries.source_system = person_codes.source_system
        and entries.person = person_codes.source_code
    left join {{ ref('int_fiscal_days') }} as days
        on entries.work_date = days.date_day
    where entries.work_date <= parameters.as_of

),

chosen as (

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

)

select
    resolved.*,
    (chosen.hours_from = 'jira') = (resolved.source_system = 'jira') as is_counted_source
from resolved
inner join chosen
    on resolved.project_code = chosen.project_code
