with current_rows as (

    {{ current_rows('raw_register', 'objectives', key=['objective', 'scoring_version']) }}

)

select
    objective,
    weight,
    scoring_version,
    {{ lineage() }}
from current_rows
