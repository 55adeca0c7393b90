with current_rows as (

    {{ current_rows('raw_reference', 'people_crosswalk', key=['source_system', 'source_id', 'valid_from']) }}

)

select
    source_system,
    source_id,
    person,
    valid_from,
    valid_to,
    {{ lineage() }}
from current_rows
