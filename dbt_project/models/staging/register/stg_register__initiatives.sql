with current_rows as (

    {{ current_rows('raw_register', 'initiatives', key=['initiative', 'stage']) }}

)

select
    initiative,
    stage,
    entered_on,
    project,
    {{ lineage() }}
from current_rows
