with current_rows as (

    {{ current_rows('raw_register', 'surveys') }}

)

select
    project,
    responded_on,
    kind,
    score,
    invited,
    {{ lineage() }}
from current_rows
