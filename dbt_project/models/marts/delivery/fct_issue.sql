{% set people = ['assignee', 'reporter', 'creator'] %}
with issues as (

    select * from {{ ref('int_issues') }}

),

person_codes as (

    select * from {{ ref('int_person_codes') }}
    where source_system = 'jira'

),

histories as (

    select
        site,
        issue_id,
        is_history_complete
    from {{ ref('int_issue_status_intervals') }}
    where is_current

),

sprint_counts as (

    select
        site,
        issue_id,
        count(distinct sprint_id) as sprint_count
    from {{ ref('stg_jira__issue_sprints') }}
    group by
        site,
        issue_id

)

select
    {{ surrogate_key(["'jira'", 'issues.site', 'issues.issue_id']) }} as issue_sk,
    projects.project_sk,
    issues.project_code,
    projects.project_name,
    issues.site,
    issues.issue_id,
    issues.issue_key,
    issues.project_id as jira_project_id,
    issues.project_key as jira_project_key,
    -- What Jira shows to few is not shown to all readers of a release.
    case when issues.security_level is null then issues.summary end as summary,
    issues.current_issue_type as issue_type,
    issues.is_subtask,
    issues.status_id,
    issues.current_status as status,
    coalesce(issues.current_status_category, 'undefined') as status_category,
    issues.current_priority as priority,
    issues.current_resolution as resolution,
    {% for person in people -%}
    {{ person }}s.person_sk as {{ person }}_sk,
    {% endfor -%}
    coalesce(assignees.person_code = 'unmapped', false) as is_unmapped_assignee,
    issues.parent_id as parent_issue_id,
    issues.parent_key,
    issues.epic_key,
    issues.story_points,
    issues.original_estimate_hours,
    issues.remaining_estimate_hours,
    issues.time_spent_hours,
    issues.comment_count,
    issues.worklog_count,
    cast(coalesce(sprint_counts.sprint_count, 0) as bigint) as sprint_count,
    issues.is_flagged,
    issues.security_level is not null as is_restricted,
    issues.started_on,
    issues.due_on,
    issues.created_at,
    issues.updated_at,
    issues.resolved_at,
    issues.availability,
    issues.is_gone_for_good as is_deleted,
    coalesce(histories.is_history_complete, false) as is_history_complete,
    issues.source_path,
    issues.source_sheet,
    issues.source_place
from issues
inner join {{ ref('dim_project') }} as projects
    on issues.project_code = projects.project_code
    and projects.is_current
{% for person in people -%}
left join person_codes as {{ person }}s
    on issues.{{ person }}_account = {{ person }}s.source_code
{% endfor -%}
left join histories
    on issues.site = histories.site
    and issues.issue_id = histories.issue_id
left join sprint_counts
    on issues.site = sprint_counts.site
    and issues.issue_id = sprint_counts.issue_id
