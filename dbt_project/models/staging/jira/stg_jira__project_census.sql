with current_rows as (

    {{ current_rows('raw_jira', 'project_census', key=['site', 'project_key']) }}

)

select
    site,
    project_key,
    project_id,
    visibility,
    issues_in_jira,
    issues_in_landing,
    missing,
    surplus,
    {{ lineage() }}
from current_rows
