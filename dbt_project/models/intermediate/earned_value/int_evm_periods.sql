-- The periods that have earned value figures: of each project from its first dated row or progress report to the as-of
-- period, with the budget version in force at their end and how much of their working days has passed.
with parameters as (

    select
        parameters.*,
        days.period_no as as_of_period_no
    from {{ ref('stg_control__run_parameters') }} as parameters
    inner join {{ ref('int_fiscal_days') }} as days
        on parameters.as_of = days.date_day

),

as_of_days as (

    select
        days.period_no,
        sum(case when days.is_working_day then 1 else 0 end) as working_days,
        sum(case when days.is_working_day and days.date_day <= parameters.as_of then 1 else 0 end) as passed_working_days,
        count(*) as days,
        sum(case when days.date_day <= parameters.as_of then 1 else 0 end) as passed_days
    from {{ ref('int_fiscal_days') }} as days
    inner join parameters
        on days.period_no = parameters.as_of_period_no
    group by days.period_no

),

starts as (

    select
        project_code,
        min(period_no) as first_period_no
    from (
        select project_code, period_no from {{ ref('int_position_grid') }}
        union all
        select progress.project_code, days.period_no
        from {{ ref('int_progress') }} as progress
        inner join {{ ref('int_fiscal_days') }} as days
            on progress.reported_on = days.date_day
        where progress.project_code <> 'unmapped'
    ) as dated
    group by project_code

),

versions as (

    select distinct
        project_code,
        period_no,
        revised_version_no
    from {{ ref('int_position_baselines') }}

)

select
    starts.project_code,
    periods.period,
    periods.period_no,
    periods.start_on as period_start_on,
    periods.end_on as period_end_on,
    periods.end_on > parameters.as_of as is_partial_period,
    case when periods.end_on > parameters.as_of then parameters.as_of else periods.end_on end as cut_off_on,
    -- A period without a working day is as far as its days are.
    cast(case
        when periods.end_on <= parameters.as_of then 1
        when as_of_days.working_days > 0 then as_of_days.passed_working_days
        else as_of_days.passed_days
    end as integer) as passed_days,
    cast(case
        when periods.end_on <= parameters.as_of then 1
        when as_of_days.working_days > 0 then as_of_days.working_days
        else as_of_days.days
    end as integer) as planned_days,
    versions.revised_version_no as version_no
from starts
cross join parameters
inner join {{ ref('int_fiscal_periods') }} as periods
    on periods.period_no between starts.first_period_no and parameters.as_of_period_no
left join as_of_days
    on periods.period_no = as_of_days.period_no
left join versions
    on starts.project_code = versions.project_code
    and periods.period_no = versions.period_no
