select
    batch_id,
    check_name,
    outcome,
    severity,
    rows,
    message
from {{ source('raw_control', 'batch_checks') }}
