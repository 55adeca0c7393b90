-- Issues as last seen, those that Jira no longer shows included, with their project and what their ids mean.
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

issues as (

    select
        issues.*,
        coalesce({{ local_date('issues.created_at', 'parameters.timezone') }}, parameters.as_of) as dated_on
    from {{ ref('stg_jira__issues') }} as issues
    cross join parameters

),

statuses as (

    select * from {{ ref('stg_jira__statuses') }}

),

availability as (

    select * from {{ ref('stg_jira__issue_availability') }}

)

select
    issues.*,
    coalesce(statuses.name, issues.status) as current_status,
    coalesce(statuses.category_key, issues.status_category, status_names.status_category) as current_status_category,
    coalesce(issue_types.name, issues.issue_type) as current_issue_type,
    coalesce(priorities.name, issues.priority) as current_priority,
    coalesce(resolutions.name, issues.resolution) as current_resolution,
    coalesce(availability.availability, 'present') as availability,
    issues.is_deleted or coalesce(availability.availability in ('deleted', 'trashed'), false) as is_gone_for_good,
    {{ resolved_project() }} as project_code
from issues
left join statuses
    on issues.site = statuses.site
    and issues.status_id = statuses.status_id
left join {{ ref('int_status_names') }} as status_names
    on issues.site = status_names.site
    and lower(issues.status) = status_names.status_name
left join {{ ref('stg_jira__issue_types') }} as issue_types
    on issues.site = issue_types.site
    and issues.issue_type_id = issue_types.issue_type_id
left join {{ ref('stg_jira__priorities') }} as priorities
    on issues.site = priorities.site
    and issues.priority_id = priorities.priority_id
left join {{ ref('stg_jira__resolutions') }} as resolutions
    on issues.site = resolutions.site
    and issues.resolution_id = resolutions.resolution_id
left join availability
    on issues.site = availability.site
    and issues.issue_id = availability.issue_id
{{ join_project('issues', 'jira', column='project_key') }}
