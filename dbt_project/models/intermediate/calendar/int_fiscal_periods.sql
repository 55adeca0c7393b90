with days as (

    select * from {{ ref('int_fiscal_days') }}

)

select
    period,
    period_no,
    period_start_on as start_on,
    period_end_on as end_on,
    fiscal_year,
    status,
    closed_at,
    cast(sum(case when is_working_day then 1 else 0 end) as integer) as working_days
from days
group by
    period,
    period_no,
    period_start_on,
    period_end_on,
    fiscal_year,
    status,
    closed_at
