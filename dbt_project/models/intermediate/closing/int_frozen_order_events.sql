select
    frozen.row_key,
    frozen.order_event_sk,
    frozen.order_line_sk,
    frozen.order_no,
    frozen.line_no,
    frozen.project_code,
    frozen.cost_category,
    frozen.vendor,
    frozen.order_status,
    frozen.currency,
    frozen.event_type,
    frozen.event_on,
    frozen.period,
    periods.period_no,
    frozen.charge_period,
    charged.period_no as charge_period_no,
    frozen.ordered_delta,
    frozen.received_delta,
    frozen.invoiced_delta,
    frozen.final_delta,
    frozen.ended_delta,
    frozen.source_id,
    frozen.after_close,
    frozen.batch_id,
    frozen.source_path,
    frozen.source_sheet,
    frozen.source_place
from {{ ref('stg_closing__frozen_order_events') }} as frozen
inner join {{ ref('stg_control__closes') }} as closes
    on frozen.close_id = closes.close_id
inner join {{ ref('int_fiscal_periods') }} as periods
    on frozen.period = periods.period
    and closes.valid_through_on >= periods.end_on
left join {{ ref('int_fiscal_periods') }} as charged
    on frozen.charge_period = charged.period
