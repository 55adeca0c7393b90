-- What is known of a milestone at each of its report dates and at the as-of date, with what was expected the report before.
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

reports as (

    select
        *,
        {{ register_sk('milestone') }} as milestone_sk
    from {{ ref('int_milestones') }}

),

ordered as (

    {{ reports_in_order('reports', 'milestone_sk') }}

),

-- When it is expected: the day it was reached, else the forecast, else, once the baseline has passed, today at the earliest.
expected as (

    select
        ordered.*,
        lag(coalesce(
            case when actual_on <= known_from_on or reported_on is null then actual_on end,
            forecast_on,
            case when baseline_on < known_from_on then known_from_on end
        )) over (partition by milestone_sk order by report_no) as previous_expected_on
    from ordered

),

at_dates as (

    {{ at_own_report_dates('expected') }}

)

select
    milestone_sk,
    project_code,
    source_project,
    milestone,
    name as milestone_name,
    report_date,
    reported_on,
    report_no,
    baseline_on,
    forecast_on,
    case when actual_on <= report_date then actual_on end as actual_on,
    coalesce(
        case when actual_on <= report_date then actual_on end,
        forecast_on,
        case when baseline_on < report_date then report_date end
    ) as expected_on,
    previous_expected_on,
    batch_id,
    source_path,
    source_sheet,
    source_place
from at_dates
