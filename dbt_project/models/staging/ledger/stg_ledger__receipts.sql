with current_rows as (

    {{ current_rows('raw_ledger', 'receipts', key=['receipt_no', 'order_no', 'line_no']) }}

)

select
    receipt_no,
    order_no,
    line_no,
    currency,
    amount,
    received_on,
    {{ lineage() }}
from current_rows
