select
    rule,
    dimension,
    worse,
    cast(amber as decimal(28, 10)) as amber_from,
    cast(red as decimal(28, 10)) as red_from
from {{ source('raw_control', 'status_rules') }}
