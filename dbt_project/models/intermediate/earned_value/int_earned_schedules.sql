-- Planned value, earned value and earned schedule of each project and work package at each period's end, by what is known
-- now. Earned schedule looks for the last point of the planned curve that the earned value has reached, and goes on from
-- there along the curve's next step; where that step is flat it is not the last point, so nothing is divided by 0.
with earned as (

    select
        earned.*,
        periods.period,
        periods.passed_days,
        periods.planned_days,
        coalesce(packages.lines_without_period, 0) > 0 as has_lines_without_period,
        packages.first_period_no,
        packages.last_period_no
    from {{ ref('int_earned_values') }} as earned
    inner join {{ ref('int_evm_periods') }} as periods
        on earned.project_code = periods.project_code
        and earned.period_no = periods.period_no
    left join {{ ref('int_baseline_packages') }} as packages
        on earned.project_code = packages.project_code
        and earned.version_no = packages.version_no
        and earned.wbs = packages.wbs

),

on_the_curve as (

    select
        earned.project_code,
        earned.wbs,
        earned.period_no,
        sum(case
            when steps.period_no < earned.period_no then steps.amount
            when steps.period_no = earned.period_no
                then {{ ratio('steps.amount * earned.passed_days', 'earned.planned_days') }}
            else 0
        end) as exact_pv,
        max_by(
            case
                when earned.exact_ev >= steps.pv_after then steps.step_no
                when earned.exact_ev >= steps.pv_before
                    then steps.step_no - 1 + {{ precise_ratio('earned.exact_ev - steps.pv_before', 'steps.amount') }}
            end,
            steps.step_no
        ) filter (where earned.exact_ev >= least(steps.pv_before, steps.pv_after)) as es
    from earned
    inner join {{ ref('int_baseline_steps') }} as steps
        on earned.project_code = steps.project_code
        and earned.version_no = steps.version_no
        and earned.wbs = steps.wbs
    group by
        earned.project_code,
        earned.wbs,
        earned.period_no

),

scheduled as (

    select
        earned.*,
        case
            when earned.bac_null_reason is not null then earned.bac_null_reason
            when earned.has_lines_without_period then 'unknown_period'
        end as pv_null_reason,
        case
            when earned.bac_null_reason is not null then earned.bac_null_reason
            when earned.has_lines_without_period then 'unknown_period'
            when earned.first_period_no is null then 'no_budget'
        end as schedule_null_reason,
        coalesce(earned.period_no < earned.first_period_no, false) as is_before_start,
        coalesce(on_the_curve.exact_pv, 0) as exact_pv,
        coalesce(on_the_curve.es, 0) as es
    from earned
    left join on_the_curve
        on earned.project_code = on_the_curve.project_code
        and earned.wbs = on_the_curve.wbs
        and earned.period_no = on_the_curve.period_no

)

select
    project_code,
    wbs,
    period,
    period_no,
    version_no as baseline_version_no,
    technique,
    reported_on,
    bac,
    bac_null_reason,
    loe_bac,
    percent_complete,
    exact_ev,
    ev,
    ev_null_reason,
    case when pv_null_reason is null then cast(exact_pv as decimal(38, 10)) end as exact_pv,
    pv_null_reason,
    schedule_null_reason,
    case when schedule_null_reason is null then cast(last_period_no - first_period_no + 1 as integer) end as planned_periods,
    case
        when schedule_null_reason is not null then null
        when is_before_start then cast(0 as decimal(28, 18))
        else cast(period_no - first_period_no + {{ precise_ratio('passed_days', 'planned_days') }} as decimal(28, 18))
    end as actual_periods,
    case
        when schedule_null_reason is not null then null
        when is_before_start then cast(0 as decimal(28, 18))
        when ev_null_reason is null then cast(es as decimal(28, 18))
    end as es,
    case
        when schedule_null_reason is not null then schedule_null_reason
        when not is_before_start then ev_null_reason
    end as es_null_reason,
    coalesce(period_no > last_period_no, false) as is_after_planned_end
from scheduled
