select
    _batch as batch_id,
    source,
    object,
    path,
    file_hash,
    sheet,
    place,
    reason,
    content,
    project,
    unit,
    amount
from {{ source('raw_control', 'left_out_rows') }}
