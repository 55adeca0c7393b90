-- An as-of date outside the calendar would leave every position empty: extend reference/fiscal_calendar.csv.
select parameters.as_of
from {{ ref('stg_control__run_parameters') }} as parameters
left join {{ ref('int_fiscal_days') }} as days
    on parameters.as_of = days.date_day
where days.date_day is null
