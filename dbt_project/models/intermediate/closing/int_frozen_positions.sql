select
    frozen.project_code,
    frozen.cost_category,
    frozen.period,
    periods.period_no,
    frozen.fx_basis,
    frozen.currency,
    frozen.revised_version_no,
    frozen.baseline_original,
    frozen.baseline_revised,
    frozen.pre_committed,
    frozen.committed_open,
    frozen.committed_total,
    frozen.consumed_posted,
    frozen.consumed_accrued,
    frozen.consumed,
    frozen.consumed_capex,
    frozen.consumed_opex,
    frozen.etc,
    frozen.eac,
    frozen.to_commit,
    frozen.available,
    frozen.vac,
    frozen.invoiced,
    frozen.paid,
    frozen.to_pay,
    frozen.over_invoiced_amount,
    frozen.forecast_cutoff_period,
    frozen.etc_stale,
    frozen.etc_below_committed,
    frozen.has_closing_rate_fallback,
    frozen.baseline_null_reason,
    frozen.consumed_null_reason,
    frozen.commitment_null_reason,
    frozen.etc_null_reason,
    frozen.paid_null_reason
from {{ ref('stg_closing__frozen_positions') }} as frozen
inner join {{ ref('stg_control__closes') }} as closes
    on frozen.close_id = closes.close_id
inner join {{ ref('int_fiscal_periods') }} as periods
    on frozen.period = periods.period
    and closes.valid_through_on >= periods.end_on
