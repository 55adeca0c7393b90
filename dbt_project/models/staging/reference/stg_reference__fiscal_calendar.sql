with current_rows as (

    {{ current_rows('raw_reference', 'fiscal_calendar', key=['period']) }}

)

select
    period,
    start_on,
    end_on,
    fiscal_year,
    status,
    closed_at,
    {{ lineage() }}
from current_rows
