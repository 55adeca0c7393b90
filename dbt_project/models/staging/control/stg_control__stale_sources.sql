select
    source,
    message
from {{ source('raw_control', 'stale_sources') }}
