-- The newest stands where one fiscal year has several (by date within it).
with rates as (

    select
        from_currency,
        fiscal_year,
        rate,
        row_number() over (
            partition by from_currency, fiscal_year
            order by valid_on desc nulls first
        ) as recency
    from {{ ref('int_fx_rates') }}
    where rate_type = 'budget'

)

select
    from_currency as currency,
    fiscal_year,
    rate
from rates
where recency = 1
