-- The rate labelled with the period; else the newest closing or spot rate on or before its end, not too old, flagged.
with rates as (

    select *
    from {{ ref('int_fx_rates') }}
    where rate_type in ('closing', 'spot')

),

parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

periods as (

    select
        periods.*,
        case when periods.end_on > parameters.as_of then parameters.as_of else periods.end_on end as cut_off_on,
        parameters.fx_max_age_days
    from {{ ref('int_fiscal_periods') }} as periods
    cross join parameters
    where periods.start_on <= parameters.as_of

),

candidates as (

    select
        periods.period,
        periods.period_no,
        rates.from_currency as currency,
        rates.rate,
        not (rates.is_labelled and rates.period = periods.period)
        and rates.valid_on < periods.cut_off_on as is_fallback,
        row_number() over (
            partition by periods.period, rates.from_currency
            order by
                case
                    when rates.rate_type = 'closing' and rates.is_labelled and rates.period = periods.period then 0
                    else 1
                end,
                rates.valid_on desc,
                rates.rate_type
        ) as preference
    from periods
    inner join rates
        on (rates.rate_type = 'closing' and rates.is_labelled and rates.period = periods.period)
        or (
            rates.valid_on <= periods.cut_off_on
            and {{ dbt.datediff('rates.valid_on', 'periods.cut_off_on', 'day') }} <= periods.fx_max_age_days
        )

)

select
    currency,
    period,
    period_no,
    rate,
    is_fallback
from candidates
where preference = 1
union all
select
    parameters.reporting_currency,
    periods.period,
    periods.period_no,
    cast(1 as decimal(18, 10)),
    false
from periods
cross join parameters
