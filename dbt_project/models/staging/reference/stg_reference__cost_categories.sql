with current_rows as (

    {{ current_rows('raw_reference', 'cost_categories', key=['cost_category']) }}

)

select
    cost_category,
    parent,
    nature,
    capex_opex,
    gl_from,
    gl_to,
    {{ lineage() }}
from current_rows
