select
    frozen.row_key,
    frozen.actual_txn_sk,
    frozen.source_system,
    frozen.source_object,
    frozen.source_id,
    frozen.project_code,
    frozen.cost_category,
    frozen.cost_origin,
    frozen.is_posted,
    frozen.dated_on,
    frozen.period,
    periods.period_no,
    frozen.charge_period,
    charged.period_no as charge_period_no,
    frozen.person_sk,
    frozen.capex_opex,
    frozen.currency,
    frozen.amount_tx,
    frozen.amount_booked,
    frozen.amount_budget,
    frozen.hours,
    frozen.after_close,
    frozen.source_path,
    frozen.source_sheet,
    frozen.source_place,
    frozen.batch_id
from {{ ref('stg_closing__frozen_actuals') }} as frozen
inner join {{ ref('stg_control__closes') }} as closes
    on frozen.close_id = closes.close_id
inner join {{ ref('int_fiscal_periods') }} as periods
    on frozen.period = periods.period
    and closes.valid_through_on >= periods.end_on
left join {{ ref('int_fiscal_periods') }} as charged
    on frozen.charge_period = charged.period
