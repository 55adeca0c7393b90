with current_rows as (

    {{ current_rows('raw_reference', 'status_map', key=['site', 'status']) }}

)

select
    site,
    status,
    stage,
    {{ lineage() }}
from current_rows
