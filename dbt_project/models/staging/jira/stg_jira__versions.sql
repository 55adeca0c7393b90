with current_rows as (

    {{ current_rows('raw_jira', 'versions', key=['site', 'version_id']) }}

)

select
    site,
    version_id,
    project_id,
    project_key,
    name,
    description,
    coalesce(is_released, false) as is_released,
    coalesce(is_archived, false) as is_archived,
    started_on,
    released_on,
    {{ lineage() }}
from current_rows
