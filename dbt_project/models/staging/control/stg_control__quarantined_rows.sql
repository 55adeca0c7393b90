select
    _batch as batch_id,
    source,
    object,
    path,
    file_hash,
    sheet,
    place,
    column_name,
    rule,
    message,
    content,
    project,
    unit,
    amount,
    "row" as source_row
from {{ source('raw_control', 'quarantined_rows') }}
