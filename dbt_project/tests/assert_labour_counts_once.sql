-- At no period's end may hours of a person, project and charge period be accrued that the ledger has posted by then. Of a
-- closed charge period the accrual is what was kept, and is taken back in the open one.
with posted as (

    select distinct
        project_code,
        person_sk,
        charge_period
    from {{ ref('fct_actual_txn') }}
    where counts_in_consumed and person_sk is not null and cost_origin = 'ledger_labour'

),

labour as (

    select
        facts.project_code,
        facts.person_sk,
        facts.charge_period,
        facts.period,
        sum(case when facts.cost_origin = 'ledger_labour' then 1 else 0 end) as postings,
        sum(case when facts.cost_origin in ('unposted_labour', 'unposted_labour_reversal') then facts.amount_fn end)
            as accrued
    from {{ ref('fct_actual_txn') }} as facts
    inner join posted
        on facts.project_code = posted.project_code
        and facts.person_sk = posted.person_sk
        and facts.charge_period = posted.charge_period
    where facts.counts_in_consumed
    group by
        facts.project_code,
        facts.person_sk,
        facts.charge_period,
        facts.period

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
    cross join {{ ref('int_closing') }} as closing
    inner join {{ ref('int_fiscal_periods') }} as charged
        on labour.charge_period = charged.period
        and charged.period_no > closing.closed_through_no
    inner join {{ ref('int_fiscal_periods') }} as periods
        on labour.period = periods.period

)

select *
from running
where postings_by_then > 0 and accrued_by_then <> 0
