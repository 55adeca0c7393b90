select
    frozen.project_code,
    frozen.wbs,
    frozen.period,
    periods.period_no,
    frozen.baseline_version_no,
    frozen.technique,
    frozen.reported_on,
    frozen.bac,
    frozen.bac_null_reason,
    frozen.loe_bac,
    frozen.percent_complete,
    frozen.exact_ev,
    frozen.ev,
    frozen.ev_null_reason,
    frozen.exact_pv,
    frozen.pv_null_reason,
    frozen.schedule_null_reason,
    frozen.planned_periods,
    frozen.actual_periods,
    frozen.es,
    frozen.es_null_reason,
    frozen.is_after_planned_end
from {{ ref('stg_closing__frozen_earned_schedules') }} as frozen
inner join {{ ref('stg_control__closes') }} as closes
    on frozen.close_id = closes.close_id
inner join {{ ref('int_fiscal_periods') }} as periods
    on frozen.period = periods.period
    and closes.valid_through_on >= periods.end_on
