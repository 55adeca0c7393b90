with current_rows as (

    {{ current_rows('raw_register', 'training', key=['project', 'period']) }}

)

select
    project,
    period,
    invited,
    completed,
    {{ lineage() }}
from current_rows
