with current_rows as (

    {{ current_rows('raw_register', 'capacity', key=['person', 'period']) }}

)

select
    person,
    period,
    hours,
    role,
    team,
    {{ lineage() }}
from current_rows
