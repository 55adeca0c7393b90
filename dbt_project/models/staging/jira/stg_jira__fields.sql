with current_rows as (

    {{ current_rows('raw_jira', 'fields', key=['site', 'field_id']) }}

)

select
    site,
    field_id,
    name,
    value_type,
    item_type,
    custom_type,
    coalesce(is_custom, false) as is_custom,
    {{ lineage() }}
from current_rows
