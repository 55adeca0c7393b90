with current_rows as (

    {{ current_rows('raw_register', 'decisions', key=['project', 'decision']) }}

)

select
    project,
    decision,
    asked_on,
    decided_on,
    outcome,
    about,
    {{ lineage() }}
from current_rows
