-- The fiscal years that the data touches, whole; a declared calendar as declared.
with periods as (

    select * from {{ ref('int_fiscal_periods') }}

),

parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

closes as (

    select
        periods.period_no,
        min(closes.recorded_at) as recorded_at
    from {{ ref('stg_control__closes') }} as closes
    inner join periods
        on closes.valid_through_on >= periods.end_on
    group by periods.period_no

),

used as (

    select period_no from {{ ref('int_budget_lines') }}
    union
    select period_no from {{ ref('int_forecast_lines') }}
    union
    select period_no from {{ ref('int_position_grid') }}
    union
    select period_no from {{ ref('int_hours') }}
    union
    select period_no from {{ ref('int_team_periods') }}
    union
    select periods.period_no
    from periods
    inner join parameters
        on parameters.as_of between periods.start_on and periods.end_on

),

used_years as (

    select distinct periods.fiscal_year
    from periods
    inner join used
        on periods.period_no = used.period_no

)

select
    {{ surrogate_key(['periods.period']) }} as fiscal_period_sk,
    periods.period,
    periods.fiscal_year,
    cast(row_number() over (partition by periods.fiscal_year order by periods.start_on) as integer) as period_of_year,
    periods.start_on,
    periods.end_on,
    periods.working_days,
    case when periods.period_no <= closing.closed_through_no then 'closed' else periods.status end as status,
    case
        when periods.period_no <= closing.closed_through_no then coalesce(periods.closed_at, closes.recorded_at)
        when periods.status = 'closed' then periods.closed_at
    end as closed_at
from periods
cross join {{ ref('int_closing') }} as closing
left join closes
    on periods.period_no = closes.period_no
inner join used_years
    on periods.fiscal_year = used_years.fiscal_year
