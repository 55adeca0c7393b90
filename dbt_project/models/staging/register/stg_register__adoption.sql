with current_rows as (

    {{ current_rows('raw_register', 'adoption', key=['project', 'period']) }}

)

select
    project,
    period,
    active_users,
    target_users,
    core_feature_users,
    {{ lineage() }}
from current_rows
