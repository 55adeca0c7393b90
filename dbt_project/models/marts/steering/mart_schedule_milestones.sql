with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

measured as (

    select
        snapshots.*,
        {{ dbt.datediff('snapshots.previous_expected_on', 'snapshots.expected_on', 'day') }} as slip_change,
        snapshots.baseline_on <= snapshots.report_date as is_due,
        snapshots.actual_on is null and snapshots.baseline_on < snapshots.report_date as is_overdue,
        case
            when snapshots.actual_on is null and snapshots.baseline_on < snapshots.report_date
                then {{ dbt.datediff('snapshots.baseline_on', 'snapshots.report_date', 'day') }}
            else 0
        end as overdue_days
    from {{ ref('fct_milestone_snapshot') }} as snapshots

)

select
    measured.milestone_snapshot_sk,
    measured.milestone_sk,
    measured.project_sk,
    measured.project_code,
    measured.project_name,
    measured.source_project,
    measured.milestone,
    measured.milestone_name,
    measured.report_date,
    measured.reported_on,
    measured.is_current,
    baseline_days.period as baseline_period,
    measured.baseline_on,
    measured.forecast_on,
    measured.actual_on,
    measured.expected_on,
    measured.slip_days,
    measured.slip_days_null_reason,
    measured.slip_working_days,
    measured.slip_working_days_null_reason,
    measured.slip_change,
    case
        when measured.slip_change is not null then null
        when measured.expected_on is null then 'no_forecast'
        when measured.report_no = 1 then 'first_report'
        else 'no_earlier_forecast'
    end as slip_change_null_reason,
    measured.is_due,
    measured.actual_on is not null as is_reached,
    coalesce(measured.actual_on <= measured.baseline_on, false) as is_reached_on_time,
    measured.is_overdue,
    measured.overdue_days,
    measured.actual_on is null and coalesce(measured.forecast_on < measured.report_date, false) as is_forecast_stale,
    case
        when measured.slip_days is null then null
        when greatest(measured.slip_days, measured.overdue_days) >= parameters.milestone_red_days then 'red'
        when greatest(measured.slip_days, measured.overdue_days) >= parameters.milestone_amber_days then 'amber'
        else 'green'
    end as rag,
    case when measured.slip_days is null then 'no_forecast' end as rag_null_reason,
    parameters.milestone_amber_days,
    parameters.milestone_red_days,
    measured.as_of
from measured
cross join parameters
left join {{ ref('int_fiscal_days') }} as baseline_days
    on measured.baseline_on = baseline_days.date_day
