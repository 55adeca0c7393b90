with current_rows as (

    {{ current_rows('raw_register', 'progress', key=['project', 'as_of', 'wbs']) }}

)

select
    project,
    as_of as reported_on,
    percent_complete,
    wbs,
    technique,
    {{ lineage() }}
from current_rows
