with current_rows as (

    {{ current_rows('raw_jira', 'worklogs', key=['site', 'worklog_id']) }}

)

select
    site,
    worklog_id,
    issue_id,
    issue_key,
    project_key,
    author_account,
    update_author_account,
    comment,
    hours,
    coalesce(is_deleted, false) as is_deleted,
    started_at,
    created_at,
    updated_at,
    {{ lineage() }}
from current_rows
