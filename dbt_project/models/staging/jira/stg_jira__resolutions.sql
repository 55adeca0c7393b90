with current_rows as (

    {{ current_rows('raw_jira', 'resolutions', key=['site', 'resolution_id']) }}

)

select
    site,
    resolution_id,
    name,
    {{ lineage() }}
from current_rows
