select *
from {{ ref('mart_reconciliation') }}
where kind in ('landing', 'ledger') and (difference <> 0 or difference_rows <> 0)
