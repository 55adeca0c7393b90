select
    batch_id,
    project,
    unit,
    rows_in,
    amount_in
from {{ source('raw_control', 'batch_totals') }}
