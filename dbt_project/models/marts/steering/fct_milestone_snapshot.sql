with working_days as (

    select
        date_day,
        sum(case when is_working_day then 1 else 0 end) over (order by date_day) as working_day_no
    from {{ ref('stg_control__calendar_days') }}

)

select
    {{ surrogate_key(['states.milestone_sk', 'states.report_date']) }} as milestone_snapshot_sk,
    states.milestone_sk,
    projects.project_sk,
    states.project_code,
    projects.project_name,
    states.source_project,
    states.milestone,
    states.milestone_name,
    states.report_date,
    states.reported_on,
    states.report_no,
    states.report_date = parameters.as_of as is_current,
    states.baseline_on,
    states.forecast_on,
    states.actual_on,
    states.expected_on,
    states.previous_expected_on,
    {{ dbt.datediff('states.baseline_on', 'states.expected_on', 'day') }} as slip_days,
    cast(expected_days.working_day_no - baseline_days.working_day_no as bigint) as slip_working_days,
    case when states.expected_on is null then 'no_forecast' end as slip_days_null_reason,
    case
        when states.expected_on is null then 'no_forecast'
        when expected_days.date_day is null or baseline_days.date_day is null then 'outside_calendar'
    end as slip_working_days_null_reason,
    states.source_path,
    states.source_sheet,
    states.source_place,
    states.batch_id,
    parameters.as_of
from {{ ref('int_milestone_states') }} as states
cross join {{ ref('stg_control__run_parameters') }} as parameters
inner join {{ ref('dim_project') }} as projects
    on states.project_code = projects.project_code
    and projects.is_current
left join working_days as baseline_days
    on states.baseline_on = baseline_days.date_day
left join working_days as expected_days
    on states.expected_on = expected_days.date_day
