with current_rows as (

    {{ current_rows('raw_jira', 'link_types', key=['site', 'link_type_id']) }}

)

select
    site,
    link_type_id,
    name,
    inward,
    outward,
    {{ lineage() }}
from current_rows
