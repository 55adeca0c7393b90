select
    date_day,
    period,
    period_start_on,
    period_end_on,
    fiscal_year,
    is_working_day
from {{ source('raw_control', 'calendar_days') }}
