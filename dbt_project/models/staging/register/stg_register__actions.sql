with current_rows as (

    {{ current_rows('raw_register', 'actions', key=['project', 'action']) }}

)

select
    project,
    action,
    owner,
    due_on,
    done_on,
    {{ lineage() }}
from current_rows
