with current_rows as (

    {{ current_rows('raw_reference', 'rate_cards', key=['person', 'role', 'valid_from']) }}

)

select
    person,
    role,
    currency,
    rate,
    valid_from,
    {{ lineage() }}
from current_rows
