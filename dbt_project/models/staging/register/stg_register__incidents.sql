with current_rows as (

    {{ current_rows('raw_register', 'incidents') }}

)

select
    project,
    service,
    opened_at,
    recovered_at,
    deployed_at,
    {{ lineage() }}
from current_rows
