with current_rows as (

    {{ current_rows('raw_jira', 'projects', key=['site', 'project_id']) }}

)

select
    site,
    project_id,
    project_key,
    name,
    project_type,
    category,
    lead_account,
    coalesce(visibility, 'live') as visibility,
    coalesce(is_archived, false) as is_archived,
    {{ lineage() }}
from current_rows
