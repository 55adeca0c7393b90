-- Rates into the reporting currency, each with every date, period and fiscal year that it can be asked by.
with rates as (

    select * from {{ ref('stg_reference__fx_rates') }}

),

parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

days as (

    select * from {{ ref('int_fiscal_days') }}

),

periods as (

    select * from {{ ref('int_fiscal_periods') }}

)

select
    rates.rate_type,
    rates.from_currency,
    rates.rate,
    coalesce(rates.valid_on, periods.end_on) as valid_on,
    coalesce(rates.period, days.period) as period,
    rates.period is not null as is_labelled,
    coalesce(
        {{ fiscal_year_label('rates.fiscal_year') }},
        periods.fiscal_year,
        days.fiscal_year
    ) as fiscal_year,
    rates.source_path,
    rates.source_place
from rates
inner join parameters
    on rates.to_currency = parameters.reporting_currency
left join periods
    on rates.period = periods.period
left join days
    on rates.valid_on = days.date_day
