select
    batch_id,
    source,
    object,
    seq,
    extracted_at,
    received_on,
    path,
    file_hash,
    reader,
    replaces,
    rows_in,
    rows_loaded,
    rows_quarantined,
    rows_left_out,
    seq = max(seq) over (partition by source, object, path) as is_newest_of_path
from {{ source('raw_control', 'batches') }}
-- What the product itself recorded was not received.
where source not in ('raw_closing', 'raw_control')
