with current_rows as (

    {{ current_rows('raw_register', 'demand', key=['project', 'skill', 'period']) }}

)

select
    project,
    skill,
    period,
    hours,
    {{ lineage() }}
from current_rows
