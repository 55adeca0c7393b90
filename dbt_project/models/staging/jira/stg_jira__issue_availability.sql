with current_rows as (

    {{ current_rows('raw_jira', 'issue_availability', key=['site', 'issue_id']) }}

)

select
    site,
    issue_id,
    issue_key,
    project_key,
    availability,
    {{ lineage() }}
from current_rows
