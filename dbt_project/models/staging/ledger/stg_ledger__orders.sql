with current_rows as (

    {{ current_rows('raw_ledger', 'orders', key=['order_no', 'line_no']) }}

)

select
    order_no,
    line_no,
    project,
    cost_category,
    vendor,
    status,
    currency,
    amount,
    ordered_on,
    closed_on,
    _received_on as received_on,
    {{ lineage() }}
from current_rows
