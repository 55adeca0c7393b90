with current_rows as (

    {{ current_rows('raw_register', 'projects', key=['project']) }}

)

select
    project,
    name,
    programme,
    portfolio,
    sponsor,
    manager,
    phase,
    status,
    methodology,
    currency,
    start_on,
    finish_on,
    {{ lineage() }}
from current_rows
