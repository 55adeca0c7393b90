-- What the books say in all, beside the invoices and postings that were delivered, by the period of the posting date.
-- Compared are the periods from the first to the last of each books: one without an expense there is compared with 0.
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

control_lines as (

    select
        totals.books,
        totals.currency,
        totals.currency = parameters.reporting_currency as is_comparable,
        days.period_no,
        {{ to_cents('totals.amount') }} as amount
    from {{ ref('stg_ledger__control_totals') }} as totals
    cross join parameters
    left join {{ ref('int_fiscal_days') }} as days
        on totals.posted_on = days.date_day
    where totals.posted_on <= parameters.as_of

),

spans as (

    select
        books,
        min(period_no) as first_period_no,
        max(period_no) as last_period_no
    from control_lines
    where is_comparable
    group by books

),

covered as (

    select distinct periods.period_no
    from {{ ref('int_fiscal_periods') }} as periods
    inner join spans
        on periods.period_no between spans.first_period_no and spans.last_period_no

),

both_sides as (

    select
        period_no,
        1 as control_rows,
        amount as control_amount,
        0 as delivered_amount,
        0 as unrated_rows
    from control_lines
    where is_comparable
    union all
    select
        days.period_no,
        0,
        0,
        coalesce(delivered.ledger_amount, 0),
        case when delivered.ledger_amount is null then 1 else 0 end
    from {{ ref('int_ledger_as_received') }} as delivered
    left join {{ ref('int_fiscal_days') }} as days
        on delivered.posted_on = days.date_day

),

summed as (

    select
        period_no,
        sum(control_rows) as control_rows,
        sum(control_amount) as control_amount,
        sum(delivered_amount) as delivered_amount,
        sum(unrated_rows) as unrated_rows
    from both_sides
    group by period_no

),

compared as (

    select
        summed.period_no,
        parameters.reporting_currency as currency,
        summed.control_rows,
        summed.control_amount,
        summed.delivered_amount,
        summed.unrated_rows,
        case when summed.unrated_rows > 0 then 'no_rate' end as reconciling_reason
    from summed
    cross join parameters
    left join covered
        on summed.period_no = covered.period_no
    where covered.period_no is not null or (summed.period_no is null and summed.control_rows > 0)
    union all
    select
        period_no,
        currency,
        count(*),
        sum(amount),
        null,
        0,
        'other_currency'
    from control_lines
    where not is_comparable
    group by
        period_no,
        currency

)

select
    periods.period,
    compared.currency,
    cast(compared.control_rows as bigint) as control_rows,
    cast(compared.control_amount as decimal(18, 2)) as control_amount,
    cast(compared.delivered_amount as decimal(18, 2)) as delivered_amount,
    cast(compared.control_amount - compared.delivered_amount as decimal(18, 2)) as difference,
    cast(compared.unrated_rows as bigint) as unrated_rows,
    compared.reconciling_reason
from compared
left join {{ ref('int_fiscal_periods') }} as periods
    on compared.period_no = periods.period_no
