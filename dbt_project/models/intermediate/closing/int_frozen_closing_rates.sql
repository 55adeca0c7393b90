select
    frozen.currency,
    frozen.period,
    periods.period_no,
    frozen.rate,
    frozen.is_fallback
from {{ ref('stg_closing__frozen_closing_rates') }} as frozen
inner join {{ ref('stg_control__closes') }} as closes
    on frozen.close_id = closes.close_id
inner join {{ ref('int_fiscal_periods') }} as periods
    on frozen.period = periods.period
    and closes.valid_through_on >= periods.end_on
