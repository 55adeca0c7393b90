select
    source,
    object,
    check_name,
    path,
    rows,
    detail
from {{ source('raw_control', 'remarks') }}
