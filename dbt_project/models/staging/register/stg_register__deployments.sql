with current_rows as (

    {{ current_rows('raw_register', 'deployments') }}

)

select
    project,
    service,
    deployed_at,
    commit_at,
    outcome,
    {{ lineage() }}
from current_rows
