{{ config(materialized='table') }}

with current_rows as (

    {{ current_rows('raw_jira', 'issues', key=['site', 'issue_id']) }}

)

select
    site,
    issue_id,
    issue_key,
    project_id,
    project_key,
    issue_type,
    issue_type_id,
    summary,
    status,
    status_id,
    status_category,
    priority,
    priority_id,
    resolution,
    resolution_id,
    assignee_account,
    reporter_account,
    creator_account,
    parent_id,
    parent_key,
    epic_key,
    security_level,
    labels,
    components,
    fix_versions,
    affects_versions,
    links,
    sprints,
    story_points,
    original_estimate_hours,
    remaining_estimate_hours,
    time_spent_hours,
    comment_count,
    worklog_count,
    coalesce(is_subtask, false) as is_subtask,
    coalesce(is_flagged, false) as is_flagged,
    coalesce(is_deleted, false) as is_deleted,
    started_on,
    due_on,
    created_at,
    updated_at,
    resolved_at,
    {{ lineage() }}
from current_rows
