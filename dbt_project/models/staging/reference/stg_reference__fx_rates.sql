with current_rows as (

    {{ current_rows('raw_reference', 'fx_rates', key=['rate_type', 'from_currency', 'to_currency', 'valid_on', 'period', 'fiscal_year']) }}

)

select
    rate_type,
    from_currency,
    to_currency,
    rate,
    valid_on,
    period,
    fiscal_year,
    {{ lineage() }}
from current_rows
