select *
from {{ ref('mart_reconciliation') }}
where difference <> 0 or difference_rows <> 0
