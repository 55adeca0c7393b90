with current_rows as (

    {{ current_rows('raw_register', 'priorities', key=['project', 'scoring_version']) }}

)

select
    project,
    scoring_version,
    business_value,
    time_criticality,
    risk_reduction,
    job_size,
    {{ lineage() }}
from current_rows
