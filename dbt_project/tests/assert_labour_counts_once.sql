-- At no period's end may hours of a person, project and charge period be accrued that the ledger has posted by then.
with labour as (

    select
        project_code,
        person_sk,
        charge_period,
        period,
        sum(case when cost_origin = 'ledger_labour' then 1 else 0 end) as postings,
        sum(case when cost_origin in ('unposted_labour', 'unposted_labour_reversal') then amount_fn end) as accrued
    from {{ ref('fct_actual_txn') }}
    where counts_in_consumed and person_sk is not null
    group by
        project_code,
        person_sk,
        charge_period,
        period

),

running as (

    select
        labour.*,
        sum(postings) over (
            partition by labour.project_code, person_sk, charge_period order by periods.start_on
        ) as postings_by_then,
        sum(coalesce(accrued, 0)) over (
            partition by labour.project_code, person_sk, charge_period order by periods.start_on
        ) as accrued_by_then
    from labour
    inner join {{ ref('int_fiscal_periods') }} as periods
        on labour.period = periods.period

)

select *
from running
where postings_by_then > 0 and accrued_by_then <> 0
