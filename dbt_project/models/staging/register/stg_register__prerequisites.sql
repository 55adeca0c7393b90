with current_rows as (

    {{ current_rows('raw_register', 'prerequisites', key=['project', 'prerequisite', 'gate']) }}

)

select
    project,
    prerequisite,
    gate,
    kind,
    due_on,
    satisfied_on,
    waived_until,
    waived_by,
    evidence,
    {{ lineage() }}
from current_rows
