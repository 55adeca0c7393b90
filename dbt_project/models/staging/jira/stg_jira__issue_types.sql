with current_rows as (

    {{ current_rows('raw_jira', 'issue_types', key=['site', 'issue_type_id']) }}

)

select
    site,
    issue_type_id,
    name,
    scope_project_id,
    hierarchy_level,
    coalesce(is_subtask, false) as is_subtask,
    {{ lineage() }}
from current_rows
