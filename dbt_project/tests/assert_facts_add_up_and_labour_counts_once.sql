-- The rows of fct_actual_txn are the whole of consumed, in both views and on both bases; and at no period's end may hours
-- of a person, project and charge period be accrued that the ledger has posted by then. Of a closed charge period the
-- accrual is what was kept, and is taken back in the open one. There are as many rows as were summed, so that no join
-- shows one twice. One reading of the facts serves all.
with facts as (

    select
        project_code,
        cost_category,
        person_sk,
        cost_origin,
        period,
        charge_period,
        counts_in_consumed,
        count(*) as txns,
        sum(amount_fn) as amount_booked,
        sum(amount_budget_rate) as amount_budget,
        count(*) - count(amount_fn) as unknown_booked,
        count(*) - count(amount_budget_rate) as unknown_budget
    from {{ ref('fct_actual_txn') }}
    group by
        project_code,
        cost_category,
        person_sk,
        cost_origin,
        period,
        charge_period,
        counts_in_consumed

),

totals as (

    {% for view_name, period_column in [('as_reported', 'period'), ('restated', 'charge_period')] -%}
    {% for basis in ['booked', 'budget'] -%}
    select
        facts.project_code,
        facts.cost_category,
        '{{ view_name }}' as view_name,
        '{{ basis }}' as fx_basis,
        sum(facts.amount_{{ basis }}) as consumed,
        sum(facts.unknown_{{ basis }}) = 0 as is_known
    from facts
    cross join {{ ref('stg_control__run_parameters') }} as parameters
    inner join {{ ref('int_fiscal_periods') }} as periods
        on facts.{{ period_column }} = periods.period
        and periods.start_on <= parameters.as_of
    where facts.counts_in_consumed
    group by
        facts.project_code,
        facts.cost_category
    {% if not (loop.last and view_name == 'restated') %}union all{% endif %}
    {% endfor -%}
    {% endfor %}

),

labour as (

    select
        project_code,
        person_sk,
        charge_period,
        period,
        sum(case when cost_origin = 'ledger_labour' then 1 else 0 end) as postings,
        sum(case when cost_origin <> 'ledger_labour' then amount_booked end) as accrued
    from facts
    where counts_in_consumed
        and person_sk is not null
        and cost_origin in ('ledger_labour', 'unposted_labour', 'unposted_labour_reversal')
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
    cross join {{ ref('int_closing') }} as closing
    inner join {{ ref('int_fiscal_periods') }} as charged
        on labour.charge_period = charged.period
        and charged.period_no > closing.closed_through_no
    inner join {{ ref('int_fiscal_periods') }} as periods
        on labour.period = periods.period

)

select
    'consumed differs from the position' as finding,
    totals.project_code,
    totals.cost_category as about,
    totals.view_name || ', ' || totals.fx_basis as seen_in,
    totals.consumed as found,
    positions.consumed as expected
from totals
inner join {{ ref('mart_budget_position') }} as positions
    on totals.project_code = positions.project_code
    and totals.cost_category = positions.cost_category
    and totals.view_name = positions."view"
    and totals.fx_basis = positions.fx_basis
    and positions.as_of <= positions.period_end_on
where totals.is_known and totals.consumed <> positions.consumed
union all
select
    'labour counts twice',
    project_code,
    person_sk,
    charge_period,
    accrued_by_then,
    0
from running
where postings_by_then > 0 and accrued_by_then <> 0
union all
select
    'rows are shown twice or lost',
    null,
    null,
    null,
    shown.txns,
    coalesce(summed.txns, 0)
from (select coalesce(sum(txns), 0) as txns from facts) as shown
cross join (select sum(txns) as txns from {{ ref('int_actual_txn_sums') }}) as summed
where shown.txns <> coalesce(summed.txns, 0)
