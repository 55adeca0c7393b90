-- Closed is everything up to the last day that a close still covers; the period after it is the earliest open one.
with closed as (

    select max(valid_through_on) as closed_through_on
    from {{ ref('stg_control__closes') }}

),

through as (

    select
        closed.closed_through_on,
        max(periods.period_no) as closed_through_no
    from closed
    left join {{ ref('int_fiscal_periods') }} as periods
        on closed.closed_through_on >= periods.end_on
    group by closed.closed_through_on

)

select
    through.closed_through_on,
    coalesce(through.closed_through_no, 0) as closed_through_no,
    open_periods.period_no as open_period_no,
    open_periods.period as open_period
from through
left join {{ ref('int_fiscal_periods') }} as open_periods
    on through.closed_through_no + 1 = open_periods.period_no
