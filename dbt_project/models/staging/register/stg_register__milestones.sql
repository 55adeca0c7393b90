with current_rows as (

    {{ current_rows('raw_register', 'milestones', key=['project', 'milestone', 'reported_on']) }}

)

select
    project,
    milestone,
    baseline_on,
    name,
    forecast_on,
    actual_on,
    reported_on,
    {{ lineage() }}
from current_rows
