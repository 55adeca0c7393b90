with current_rows as (

    {{ current_rows('raw_reference', 'people', key=['person']) }}

)

select
    person,
    name,
    role,
    team,
    country,
    fte,
    coalesce(contractor, false) as is_contractor,
    {{ lineage() }}
from current_rows
