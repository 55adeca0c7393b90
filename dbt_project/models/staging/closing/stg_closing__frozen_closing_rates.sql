select
    close_id,
    currency,
    period,
    rate,
    is_fallback
from {{ source('raw_closing', 'frozen_closing_rates') }}
