select
    {{ surrogate_key(['close_id']) }} as period_close_sk,
    action,
    period,
    period_start_on,
    period_end_on,
    recorded_at,
    reason,
    release_id,
    as_of,
    valid_through_on
from {{ ref('stg_control__closes') }}
