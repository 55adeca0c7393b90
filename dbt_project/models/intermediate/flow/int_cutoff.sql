-- The moment up to which things count: the end of the as-of date in the organisation's timezone, as naive UTC.
with parameters as (

    select
        as_of,
        timezone,
        {{ dbt.dateadd('day', 1, 'as_of') }} as next_day
    from {{ ref('stg_control__run_parameters') }}

)

select
    parameters.as_of,
    parameters.timezone,
    {{ start_of_local_day('parameters.next_day', 'parameters.timezone') }} as cutoff_at,
    periods.period as as_of_period,
    periods.period_no as as_of_period_no
from parameters
left join {{ ref('int_fiscal_periods') }} as periods
    on parameters.as_of between periods.start_on and periods.end_on
