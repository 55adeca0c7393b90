with current_rows as (

    {{ current_rows('raw_ledger', 'invoices', key=['invoice_no', 'line_no']) }}

)

select
    invoice_no,
    line_no,
    project,
    cost_category,
    order_no,
    order_line_no,
    type as invoice_type,
    capex_opex,
    period,
    currency,
    amount,
    functional_amount,
    coalesce(final, false) as is_final,
    posted_on,
    paid_on,
    {{ lineage() }}
from current_rows
