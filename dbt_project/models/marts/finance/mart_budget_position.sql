-- The positions are read twice rather than held: they are many and wide.
with fx_effects as (

    select
        project_code,
        cost_category,
        period_no,
        view_name,
        sum(case when fx_basis = 'booked' then consumed else -consumed end) as fx_effect,
        count(consumed) = 2 as is_known
    from {{ ref('int_positions') }}
    group by
        project_code,
        cost_category,
        period_no,
        view_name

)

select
    {{ surrogate_key([
        'measures.project_code', 'measures.cost_category', 'measures.period', 'measures.view_name', 'measures.fx_basis'
    ]) }} as budget_position_sk,
    projects.project_sk,
    measures.project_code,
    projects.project_name,
    measures.cost_category,
    measures.period,
    measures.period_end_on,
    measures.view_name as "view",
    measures.fx_basis,
    measures.currency,
    measures.as_of,
    measures.is_partial_period,
    measures.baseline_original,
    measures.baseline_revised,
    measures.baseline_revised as bac,
    measures.pre_committed,
    measures.committed_open,
    cast(measures.committed_total as decimal(18, 2)) as committed_total,
    measures.consumed_posted,
    measures.consumed_accrued,
    measures.consumed,
    measures.consumed as ac,
    measures.consumed_capex,
    measures.consumed_opex,
    measures.etc,
    measures.eac,
    measures.to_commit,
    cast(measures.available as decimal(18, 2)) as available,
    measures.vac,
    case when fx_effects.is_known then cast(fx_effects.fx_effect as decimal(18, 2)) end as fx_effect,
    measures.invoiced,
    measures.paid,
    cast(measures.to_pay as decimal(18, 2)) as to_pay,
    measures.over_invoiced_amount,
    measures.revised_version_no as baseline_version_no,
    measures.forecast_cutoff_period,
    measures.etc_stale,
    measures.etc_below_committed,
    measures.has_closing_rate_fallback,
    measures.baseline_null_reason,
    case when measures.baseline_original is null then coalesce(measures.baseline_null_reason, 'no_rate') end
        as baseline_original_null_reason,
    measures.consumed_null_reason,
    measures.commitment_null_reason,
    measures.etc_null_reason,
    measures.paid_null_reason
from {{ ref('int_positions') }} as measures
inner join fx_effects
    on measures.project_code = fx_effects.project_code
    and measures.cost_category = fx_effects.cost_category
    and measures.period_no = fx_effects.period_no
    and measures.view_name = fx_effects.view_name
inner join {{ ref('dim_project') }} as projects
    on measures.project_code = projects.project_code
    and projects.is_current
