select
    close_id,
    action,
    period,
    period_start_on,
    period_end_on,
    recorded_at,
    closed_by,
    reason,
    release_id,
    as_of,
    valid_through_on
from {{ source('raw_control', 'closes') }}
