-- The declared calendar where there is one, months otherwise; never a mix of both.
with declared as (

    select * from {{ ref('stg_reference__fiscal_calendar') }}

),

calendar_days as (

    select * from {{ ref('stg_control__calendar_days') }}

),

declared_days as (

    select
        calendar_days.date_day,
        declared.period,
        declared.start_on as period_start_on,
        declared.end_on as period_end_on,
        coalesce(declared.fiscal_year, month_of_end.fiscal_year) as fiscal_year,
        coalesce(declared.status, 'open') as status,
        declared.closed_at,
        calendar_days.is_working_day,
        row_number() over (partition by calendar_days.date_day order by declared.start_on desc) as overlap_rank
    from calendar_days
    inner join declared
        on calendar_days.date_day between declared.start_on and declared.end_on
    left join calendar_days as month_of_end
        on declared.end_on = month_of_end.date_day

),

month_days as (

    select
        date_day,
        period,
        period_start_on,
        period_end_on,
        fiscal_year,
        'open' as status,
        cast(null as timestamp) as closed_at,
        is_working_day
    from calendar_days
    where not exists (select 1 from declared)

),

final as (

    select
        date_day, period, period_start_on, period_end_on, fiscal_year, status, closed_at, is_working_day
    from declared_days
    where overlap_rank = 1
    union all
    select
        date_day, period, period_start_on, period_end_on, fiscal_year, status, closed_at, is_working_day
    from month_days

)

select
    date_day,
    period,
    dense_rank() over (order by period_start_on) as period_no,
    period_start_on,
    period_end_on,
    {{ fiscal_year_label('fiscal_year') }} as fiscal_year,
    status,
    closed_at,
    is_working_day
from final
