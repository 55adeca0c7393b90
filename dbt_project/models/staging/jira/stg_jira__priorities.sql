with current_rows as (

    {{ current_rows('raw_jira', 'priorities', key=['site', 'priority_id']) }}

)

select
    site,
    priority_id,
    name,
    position,
    {{ lineage() }}
from current_rows
