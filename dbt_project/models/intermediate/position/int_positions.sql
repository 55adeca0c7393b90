-- The position at each period's end. As reported, a closed period holds what it held when it was closed; a project or
-- category that was not known then has what late items give it, and neither baseline, forecast nor payments.
{{ config(materialized='view') }}
{% set measures = [
    'baseline_original', 'baseline_revised', 'pre_committed', 'committed_open', 'committed_total',
    'consumed_posted', 'consumed_accrued', 'consumed', 'consumed_capex', 'consumed_opex', 'etc', 'eac',
    'to_commit', 'available', 'vac', 'invoiced', 'paid', 'to_pay', 'over_invoiced_amount'
] %}
{% set notes = [
    'etc_stale', 'etc_below_committed', 'has_closing_rate_fallback', 'baseline_null_reason', 'consumed_null_reason',
    'commitment_null_reason', 'etc_null_reason', 'paid_null_reason'
] %}
{% set measured %}
    select
        measures.*,
        cutoffs.period as forecast_cutoff_period,
        measures.view_name = 'as_reported' and measures.period_no <= closing.closed_through_no as is_frozen
    from {{ ref('int_position_measures') }} as measures
    cross join {{ ref('int_closing') }} as closing
    left join {{ ref('int_fiscal_periods') }} as cutoffs
        on measures.cutoff_period_no = cutoffs.period_no
{% endset %}
with frozen as (

    select * from {{ ref('int_frozen_positions') }}

),

frozen_projects as (

    select
        project_code,
        period_no,
        fx_basis,
        max(case when baseline_null_reason = 'no_baseline' then 0 else 1 end) = 1 as has_baseline,
        max(case when etc_null_reason = 'no_forecast' then 0 else 1 end) = 1 as has_forecast,
        max(case when paid_null_reason = 'not_supplied' then 0 else 1 end) = 1 as has_payments
    from frozen
    group by
        project_code,
        period_no,
        fx_basis

),

unknown_then as (

    select
        measured.*,
        case when frozen_projects.has_baseline then cast(0 as decimal(18, 2)) end as baseline_then,
        case when frozen_projects.has_forecast then cast(0 as decimal(18, 2)) end as etc_then,
        case when frozen_projects.has_payments then cast(0 as decimal(18, 2)) end as paid_then
    from ({{ measured }}) as measured
    left join frozen_projects
        on measured.project_code = frozen_projects.project_code
        and measured.period_no = frozen_projects.period_no
        and measured.fx_basis = frozen_projects.fx_basis
    left join frozen
        on measured.project_code = frozen.project_code
        and measured.cost_category = frozen.cost_category
        and measured.period_no = frozen.period_no
        and measured.fx_basis = frozen.fx_basis
    where measured.is_frozen and frozen.project_code is null

)

select
    project_code,
    cost_category,
    period,
    period_no,
    period_end_on,
    is_partial_period,
    view_name,
    fx_basis,
    currency,
    as_of,
    revised_version_no,
    {{ measures | join(', ') }},
    forecast_cutoff_period,
    {{ notes | join(', ') }}
from ({{ measured }}) as measured
where not is_frozen
union all
select
    frozen.project_code,
    frozen.cost_category,
    frozen.period,
    frozen.period_no,
    periods.end_on,
    false,
    'as_reported',
    frozen.fx_basis,
    frozen.currency,
    parameters.as_of,
    frozen.revised_version_no,
    {% for measure in measures %}frozen.{{ measure }}, {% endfor %}
    frozen.forecast_cutoff_period,
    {% for note in notes %}frozen.{{ note }}{% if not loop.last %}, {% endif %}{% endfor %}
from frozen
cross join {{ ref('stg_control__run_parameters') }} as parameters
inner join {{ ref('int_fiscal_periods') }} as periods
    on frozen.period_no = periods.period_no
    and parameters.as_of >= periods.end_on
union all
select
    project_code,
    cost_category,
    period,
    period_no,
    period_end_on,
    is_partial_period,
    view_name,
    fx_basis,
    currency,
    as_of,
    null,
    baseline_then,
    baseline_then,
    pre_committed,
    committed_open,
    committed_total,
    consumed_posted,
    consumed_accrued,
    consumed,
    consumed_capex,
    consumed_opex,
    etc_then,
    cast(consumed + etc_then as decimal(18, 2)),
    cast(etc_then - committed_open as decimal(18, 2)),
    baseline_then - committed_total,
    cast(baseline_then - (consumed + etc_then) as decimal(18, 2)),
    invoiced,
    paid_then,
    invoiced - paid_then,
    over_invoiced_amount,
    null,
    false,
    coalesce(etc_then - committed_open < 0, false),
    has_closing_rate_fallback,
    case when baseline_then is null then 'no_baseline' end,
    consumed_null_reason,
    commitment_null_reason,
    case when etc_then is null then 'no_forecast' end,
    case when paid_then is null then 'not_supplied' end
from unknown_then
