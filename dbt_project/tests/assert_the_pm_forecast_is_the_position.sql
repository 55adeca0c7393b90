-- The project manager's forecast at its cutoff is the position's estimate at completion of that period; a closed period
-- as reported keeps the forecast that was known at the close.
with positions as (

    select
        project_code,
        period,
        max(period_end_on) as period_end_on,
        "view",
        max(forecast_cutoff_period) as forecast_cutoff_period,
        case when count(*) = count(eac) then sum(eac) end as eac
    from {{ ref('mart_budget_position') }}
    where fx_basis = 'budget'
    group by project_code, period, "view"

)

select accuracy.*
from {{ ref('mart_forecast_accuracy') }} as accuracy
inner join positions
    on accuracy.project_code = positions.project_code
    and accuracy.cutoff_period = positions.period
    and accuracy.cutoff_period = positions.forecast_cutoff_period
    and accuracy."view" = positions."view"
cross join {{ ref('int_closing') }} as closing
where (accuracy."view" = 'restated' or closing.closed_through_on is null
    or closing.closed_through_on < positions.period_end_on)
    and accuracy.scenario = 'pm' and accuracy.eac_at_cutoff <> positions.eac
