with current_rows as (

    {{ current_rows('raw_ledger', 'control_totals', key=['books', 'line_no'], scope=['books']) }}

)

select
    books,
    line_no,
    account,
    journal,
    document,
    currency,
    amount,
    posted_on,
    {{ lineage() }}
from current_rows
