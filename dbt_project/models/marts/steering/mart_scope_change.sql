with scope as (

    select
        *,
        case
            when not has_baseline then 'no_baseline'
            when baseline_original is null or baseline_revised is null or cumulative_cost_delta is null then 'no_rate'
        end as baseline_reason
    from {{ ref('int_scope_periods') }}

)

select
    {{ surrogate_key(['scope.project_code', 'scope.period']) }} as scope_change_sk,
    projects.project_sk,
    scope.project_code,
    projects.project_name,
    scope.period,
    scope.period_end_on,
    scope.is_partial_period,
    parameters.reporting_currency as currency,
    cast(scope.cr_count as bigint) as cr_count,
    cast(scope.submitted_count as bigint) as submitted_count,
    cast(scope.approved_count as bigint) as approved_count,
    cast(scope.rejected_count as bigint) as rejected_count,
    cast(scope.deferred_count as bigint) as deferred_count,
    cast(scope.open_count as bigint) as open_count,
    cast(scope.oldest_open_days as bigint) as oldest_open_days,
    case when scope.open_count = 0 then 'nothing_open' end as oldest_open_days_null_reason,
    scope.cost_delta,
    case when scope.cost_delta is null then 'no_rate' end as cost_delta_null_reason,
    scope.days_delta,
    case
        when scope.decided_with_date_count > 0
            then cast(scope.decision_days / scope.decided_with_date_count as decimal(28, 10))
    end as decision_age,
    case when scope.decided_with_date_count = 0 then 'nothing_decided' end as decision_age_null_reason,
    cast(coalesce(scope.decision_days, 0) as bigint) as decision_days,
    cast(scope.decided_with_date_count as bigint) as decided_with_date_count,
    scope.cumulative_cost_delta,
    case when scope.cumulative_cost_delta is null then 'no_rate' end as cumulative_cost_delta_null_reason,
    scope.cumulative_days_delta,
    scope.baseline_original,
    scope.baseline_revised,
    case
        when scope.baseline_reason is null and scope.baseline_original <> 0
            then cast(scope.cumulative_cost_delta / scope.baseline_original as decimal(28, 10))
    end as cumulative_vs_original,
    case when scope.baseline_original = 0 then coalesce(scope.baseline_reason, 'zero_baseline') else scope.baseline_reason end
        as cumulative_vs_original_null_reason,
    case
        when scope.baseline_reason is null
            then cast(scope.baseline_revised - scope.baseline_original - scope.cumulative_cost_delta as decimal(18, 2))
    end as unexplained_delta,
    scope.baseline_reason as unexplained_delta_null_reason,
    parameters.as_of
from scope
cross join {{ ref('stg_control__run_parameters') }} as parameters
inner join {{ ref('dim_project') }} as projects
    on scope.project_code = projects.project_code
    and projects.is_current
