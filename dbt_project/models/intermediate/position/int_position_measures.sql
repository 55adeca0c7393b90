-- Every measure of the position at each period's end, as it is known now. What cannot be known is null, and says why; what follows from a
-- null is null for the same reason.
{% set consumed_measures = [
    'consumed_posted', 'consumed_accrued', 'consumed', 'consumed_capex', 'consumed_opex', 'committed_open',
    'pre_committed', 'over_invoiced_amount', 'invoiced', 'paid', 'is_paid_known', 'has_closing_rate_fallback'
] %}
with grid as (

    select * from {{ ref('int_position_grid') }}

),

consumed as (

    select * from {{ ref('int_position_consumed') }}

),

forecasts as (

    select * from {{ ref('int_position_forecasts') }}

),

in_force as (

    select distinct
        project_code,
        period_no,
        cutoff_period_no
    from forecasts

),

joined as (

    select
        grid.*,
        {% for measure in consumed_measures -%}
        consumed.{{ measure }},
        {% endfor -%}
        baselines.revised_version_no,
        baselines.baseline_original,
        baselines.baseline_revised,
        baselines.project_code is not null as has_baseline,
        in_force.cutoff_period_no,
        in_force.project_code is not null as has_forecast,
        coalesce(forecasts.is_rated, true) as is_forecast_rated,
        coalesce(forecasts.to_complete_amount, 0) as to_complete_amount,
        coalesce(forecasts.at_completion_amount, 0) as at_completion_amount,
        coalesce(forecasts.has_at_completion, false) as has_at_completion,
        -- What had no rate at a close counts as nothing then and comes late as a whole.
        case
            when grid.view_name = 'as_reported' and in_force.cutoff_period_no <= closing.closed_through_no
                then at_cutoff.consumed_so_far_known
            else at_cutoff.consumed
        end as consumed_at_cutoff
    from grid
    cross join {{ ref('int_closing') }} as closing
    inner join consumed
        on grid.project_code = consumed.project_code
        and grid.cost_category = consumed.cost_category
        and grid.period_no = consumed.period_no
        and grid.view_name = consumed.view_name
        and grid.fx_basis = consumed.fx_basis
    left join {{ ref('int_position_baselines') }} as baselines
        on grid.project_code = baselines.project_code
        and grid.cost_category = baselines.cost_category
        and grid.period_no = baselines.period_no
    left join in_force
        on grid.project_code = in_force.project_code
        and grid.period_no = in_force.period_no
    left join forecasts
        on grid.project_code = forecasts.project_code
        and grid.cost_category = forecasts.cost_category
        and grid.period_no = forecasts.period_no
        and grid.fx_basis = forecasts.fx_basis
    left join consumed as at_cutoff
        on grid.project_code = at_cutoff.project_code
        and grid.cost_category = at_cutoff.cost_category
        and in_force.cutoff_period_no = at_cutoff.period_no
        and grid.view_name = at_cutoff.view_name
        and grid.fx_basis = at_cutoff.fx_basis

),

forecast_at_cutoff as (

    select
        *,
        case
            when not has_forecast or not is_forecast_rated then null
            when has_at_completion then to_complete_amount + at_completion_amount - consumed_at_cutoff
            else to_complete_amount
        end as etc_at_cutoff
    from joined

),

measured as (

    select
        *,
        case
            when cutoff_period_no = period_no then etc_at_cutoff
            when etc_at_cutoff is null or consumed is null or consumed_at_cutoff is null then null
            when etc_at_cutoff - (consumed - consumed_at_cutoff) > 0 then etc_at_cutoff - (consumed - consumed_at_cutoff)
            else 0
        end as etc
    from forecast_at_cutoff

)

select
    project_code,
    cost_category,
    period,
    period_no,
    period_start_on,
    period_end_on,
    is_partial_period,
    view_name,
    fx_basis,
    currency,
    as_of,
    revised_version_no,
    baseline_original,
    baseline_revised,
    pre_committed,
    committed_open,
    consumed + committed_open as committed_total,
    consumed_posted,
    consumed_accrued,
    consumed,
    consumed_capex,
    consumed_opex,
    cast(etc as decimal(18, 2)) as etc,
    cast(consumed + etc as decimal(18, 2)) as eac,
    cast(etc - committed_open as decimal(18, 2)) as to_commit,
    baseline_revised - (consumed + committed_open) as available,
    cast(baseline_revised - (consumed + etc) as decimal(18, 2)) as vac,
    invoiced,
    paid,
    invoiced - paid as to_pay,
    over_invoiced_amount,
    cutoff_period_no,
    coalesce(cutoff_period_no < period_no, false) as etc_stale,
    coalesce(etc - committed_open < 0, false) as etc_below_committed,
    has_closing_rate_fallback,
    case
        when not has_baseline then 'no_baseline'
        when baseline_revised is null then 'no_rate'
    end as baseline_null_reason,
    case when consumed is null then 'no_rate' end as consumed_null_reason,
    case when committed_open is null or pre_committed is null then 'no_rate' end as commitment_null_reason,
    case
        when not has_forecast then 'no_forecast'
        when etc is null then 'no_rate'
    end as etc_null_reason,
    case
        when not is_paid_known then 'not_supplied'
        when paid is null then 'no_rate'
    end as paid_null_reason
from measured
