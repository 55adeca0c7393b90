select
    project,
    hours_from
from {{ source('raw_control', 'hours_from') }}
