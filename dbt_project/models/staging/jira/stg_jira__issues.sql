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
    summary,
    status,
    status_category,
    priority,
    resolution,
    assignee_account,
    reporter_account,
    parent_key,
    original_estimate_hours,
    remaining_estimate_hours,
    coalesce(is_deleted, false) as is_deleted,
    due_on,
    created_at,
    updated_at,
    resolved_at,
    {{ lineage() }}
from current_rows
