with current_rows as (

    {{ current_rows('raw_register', 'alignment', key=['project', 'objective', 'scoring_version']) }}

)

select
    project,
    objective,
    score,
    scoring_version,
    {{ lineage() }}
from current_rows
