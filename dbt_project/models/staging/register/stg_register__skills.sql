with current_rows as (

    {{ current_rows('raw_register', 'skills', key=['person', 'skill']) }}

)

select
    person,
    skill,
    level,
    {{ lineage() }}
from current_rows
