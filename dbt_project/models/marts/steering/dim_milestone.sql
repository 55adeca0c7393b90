with states as (

    select * from {{ ref('int_milestone_states') }}

),

firsts as (

    select
        milestone_sk,
        min(baseline_on) as first_baseline_on,
        min(reported_on) as first_reported_on,
        max(reported_on) as last_reported_on,
        count(distinct report_no) as report_count
    from (
        select
            milestone_sk,
            report_no,
            reported_on,
            case when report_no = min(report_no) over (partition by milestone_sk) then baseline_on end as baseline_on
        from states
    ) as reports
    group by milestone_sk

)

select
    states.milestone_sk,
    projects.project_sk,
    states.project_code,
    projects.project_name,
    states.source_project,
    states.milestone,
    states.milestone_name,
    firsts.first_baseline_on,
    states.baseline_on,
    states.baseline_on <> firsts.first_baseline_on as is_rebaselined,
    states.forecast_on,
    states.actual_on,
    firsts.first_reported_on,
    firsts.last_reported_on,
    firsts.report_count,
    parameters.as_of
from states
cross join {{ ref('stg_control__run_parameters') }} as parameters
inner join firsts
    on states.milestone_sk = firsts.milestone_sk
inner join {{ ref('dim_project') }} as projects
    on states.project_code = projects.project_code
    and projects.is_current
where states.report_date = parameters.as_of
