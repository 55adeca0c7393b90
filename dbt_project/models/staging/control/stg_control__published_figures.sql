select
    _batch as batch_id,
    as_of,
    input_hash,
    configuration_hash,
    project_code,
    mart,
    measure,
    view_name,
    fx_basis,
    period,
    currency,
    "value",
    null_reason
from {{ source('raw_control', 'published_figures') }}
