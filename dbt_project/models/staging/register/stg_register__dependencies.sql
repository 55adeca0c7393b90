with current_rows as (

    {{ current_rows('raw_register', 'dependencies', key=['dependency', 'reported_on']) }}

)

select
    dependency,
    from_project,
    to_project,
    needed_on,
    promised_on,
    status,
    reported_on,
    {{ lineage() }}
from current_rows
