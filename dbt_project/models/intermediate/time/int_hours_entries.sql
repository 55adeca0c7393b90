-- Timesheet entries and Jira worklogs in one shape. An entry is known by its file and row, a worklog by its site and id.
{{ config(materialized='view') }}
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

timesheet_entries as (

    select
        'timesheets' as source_system,
        file_hash as id_scope,
        cast(null as {{ dbt.type_string() }}) as id_in_scope,
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
        worklogs.site as id_scope,
        worklogs.worklog_id as id_in_scope,
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

)

select * from timesheet_entries
union all
select * from worklogs
