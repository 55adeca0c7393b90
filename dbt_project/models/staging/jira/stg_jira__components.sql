with current_rows as (

    {{ current_rows('raw_jira', 'components', key=['site', 'component_id']) }}

)

select
    site,
    component_id,
    project_id,
    project_key,
    name,
    lead_account,
    {{ lineage() }}
from current_rows
