with current_rows as (

    {{ current_rows('raw_register', 'risks', key=['project', 'risk', 'reported_on']) }}

)

select
    project,
    risk,
    probability,
    impact,
    currency,
    title,
    category,
    kind,
    residual_probability,
    residual_impact,
    status,
    owner,
    reported_on,
    {{ lineage() }}
from current_rows
