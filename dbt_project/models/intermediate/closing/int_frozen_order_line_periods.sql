select
    frozen.order_line_sk,
    frozen.order_no,
    frozen.line_no,
    frozen.vendor,
    frozen.order_status,
    frozen.project_code,
    frozen.cost_category,
    frozen.currency,
    frozen.period,
    periods.period_no,
    frozen.ordered_tx,
    frozen.received_tx,
    frozen.invoiced_tx,
    frozen.is_closing_rate_fallback,
    frozen.open_tx,
    frozen.open_booked,
    frozen.open_budget,
    frozen.grni_tx,
    frozen.grni_booked,
    frozen.grni_budget,
    frozen.pre_committed_tx,
    frozen.pre_committed_booked,
    frozen.pre_committed_budget,
    frozen.over_invoiced_tx,
    frozen.over_invoiced_booked,
    frozen.over_invoiced_budget
from {{ ref('stg_closing__frozen_order_line_periods') }} as frozen
inner join {{ ref('stg_control__closes') }} as closes
    on frozen.close_id = closes.close_id
inner join {{ ref('int_fiscal_periods') }} as periods
    on frozen.period = periods.period
    and closes.valid_through_on >= periods.end_on
