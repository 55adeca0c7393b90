with current_rows as (

    {{ current_rows('raw_jira', 'statuses', key=['site', 'status_id']) }}

)

select
    site,
    status_id,
    name,
    category_key,
    scope_project_id,
    {{ lineage() }}
from current_rows
