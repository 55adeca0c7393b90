-- Two proofs and a comparison in one table. `landing`: what each source held is what was loaded, quarantined and left out.
-- `ledger`: what the ledger posted is what the position shows, per project, period and view, with every reconciling item
-- named. `control_total`: what the books say in all beside what was delivered of them, per period.
with parameters as (

    select
        parameters.*,
        days.period_no as as_of_period_no
    from {{ ref('stg_control__run_parameters') }} as parameters
    inner join {{ ref('int_fiscal_days') }} as days
        on parameters.as_of = days.date_day

),

crosswalk as (

    select
        source_system,
        source_id,
        project_code,
        row_number() over (partition by source_system, source_id order by valid_from desc) as recency
    from {{ ref('int_project_crosswalk') }}

),

landing as (

    select
        replace(totals.source, 'raw_', '') as source,
        totals.object,
        totals.source_project,
        totals.unit,
        case
            when totals.source_project is not null
                then coalesce(crosswalk.project_code, projects.project_code, 'unmapped')
        end as project_code,
        sum(totals.source_rows) as source_rows,
        sum(totals.loaded_rows) as loaded_rows,
        sum(totals.quarantined_rows) as quarantined_rows,
        sum(totals.left_out_rows) as left_out_rows,
        sum(totals.source_amount) as source_amount,
        sum(totals.loaded_amount) as loaded_amount,
        sum(totals.quarantined_amount) as quarantined_amount,
        sum(totals.left_out_amount) as left_out_amount
    from {{ ref('int_load_totals') }} as totals
    left join crosswalk
        on replace(totals.source, 'raw_', '') = crosswalk.source_system
        and totals.source_project = crosswalk.source_id
        and crosswalk.recency = 1
    left join {{ ref('int_projects') }} as projects
        on totals.source_project = projects.project_code
    group by 1, 2, 3, 4, 5

),

by_view as (

    {% for view_name, period_column in [('as_reported', 'period_no'), ('restated', 'charge_period_no')] -%}
    select
        project_code,
        {{ period_column }} as period_no,
        '{{ view_name }}' as view_name,
        count(*) as ledger_rows,
        coalesce(sum(ledger_amount), 0) as ledger_amount,
        sum(case when {{ period_column }} is null then coalesce(ledger_amount, 0) else 0 end) as unplaced_amount,
        sum(case when {{ period_column }} is null then 1 else 0 end) as unplaced_rows,
        sum(case when ledger_amount is null then 1 else 0 end) as unrated_rows
    from {{ ref('int_ledger_amounts') }}
    group by
        project_code,
        {{ period_column }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

marts as (

    select
        positions.project_code,
        periods.period_no,
        positions."view" as view_name,
        sum(positions.consumed_posted) as mart_amount,
        sum(positions.consumed_accrued) as accruals_amount,
        sum(case when positions.consumed_posted is null then 1 else 0 end) as unknown_rows
    from {{ ref('mart_budget_movement') }} as positions
    inner join {{ ref('int_fiscal_periods') }} as periods
        on positions.period = periods.period
    where positions.fx_basis = 'booked'
    group by
        positions.project_code,
        periods.period_no,
        positions."view"

),

facts as (

    {% for view_name, period_column in [('as_reported', 'period_no'), ('restated', 'charge_period_no')] -%}
    select
        project_code,
        {{ period_column }} as period_no,
        '{{ view_name }}' as view_name,
        sum(amount_booked) as fact_amount
    from {{ ref('int_actual_txns') }}
    where is_posted and counts_in_consumed
    group by
        project_code,
        {{ period_column }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- What stands in another period than the ledger's, because its own was closed: as reported only.
late as (

    select
        project_code,
        period_no,
        sum(amount) as amount
    from (
        select
            txns.project_code,
            txns.period_no,
            txns.amount_booked as amount
        from {{ ref('int_actual_txns_current') }} as txns
        where txns.is_posted
            and txns.counts_in_consumed
            and txns.row_key in (select row_key from {{ ref('int_actual_txn_corrections') }})
        union all
        select
            project_code,
            period_no,
            -amount_booked
        from {{ ref('int_actual_txn_corrections') }}
        where is_posted
    ) as moved
    group by
        project_code,
        period_no

),

ledger as (

    select
        coalesce(by_view.project_code, marts.project_code) as project_code,
        coalesce(by_view.period_no, marts.period_no) as period_no,
        coalesce(by_view.view_name, marts.view_name) as view_name,
        coalesce(by_view.ledger_rows, 0) as ledger_rows,
        coalesce(by_view.ledger_amount, 0) as ledger_amount,
        -- Where a missing rate makes the position unknown, the rows that do have one are what can be compared.
        case
            when coalesce(marts.unknown_rows, 0) > 0 then coalesce(facts.fact_amount, 0)
            else coalesce(marts.mart_amount, 0)
        end as mart_amount,
        marts.accruals_amount,
        coalesce(by_view.unplaced_amount, 0)
        + case
            when by_view.period_no > parameters.as_of_period_no then by_view.ledger_amount
            else coalesce(late.amount, 0)
        end as reconciling_amount,
        case
            when coalesce(by_view.unplaced_rows, 0) > 0 then 'no_period'
            when by_view.period_no > parameters.as_of_period_no then 'later_period'
            when coalesce(late.amount, 0) <> 0 then 'late_after_close'
            when coalesce(by_view.unrated_rows, 0) > 0 then 'no_rate'
        end as reconciling_reason
    from by_view
    full outer join marts
        on by_view.project_code = marts.project_code
        and by_view.period_no = marts.period_no
        and by_view.view_name = marts.view_name
    left join facts
        on by_view.project_code = facts.project_code
        and by_view.period_no = facts.period_no
        and by_view.view_name = facts.view_name
    left join late
        on coalesce(by_view.project_code, marts.project_code) = late.project_code
        and coalesce(by_view.period_no, marts.period_no) = late.period_no
        and coalesce(by_view.view_name, marts.view_name) = 'as_reported'
    cross join parameters

),

final as (

    select
        'landing' as kind,
        source,
        object,
        source_project,
        project_code,
        cast(null as {{ dbt.type_string() }}) as period,
        cast(null as {{ dbt.type_string() }}) as view_name,
        unit,
        cast(source_rows as bigint) as source_rows,
        cast(loaded_rows as bigint) as loaded_rows,
        cast(quarantined_rows as bigint) as quarantined_rows,
        cast(left_out_rows as bigint) as left_out_rows,
        source_amount,
        loaded_amount,
        quarantined_amount,
        left_out_amount,
        cast(null as decimal(18, 2)) as ledger_amount,
        cast(null as decimal(18, 2)) as mart_amount,
        cast(null as decimal(18, 2)) as accruals_amount,
        cast(null as decimal(18, 2)) as reconciling_amount,
        cast(null as {{ dbt.type_string() }}) as reconciling_reason,
        cast(source_rows - loaded_rows - quarantined_rows - left_out_rows as bigint) as difference_rows,
        source_amount - loaded_amount - quarantined_amount - left_out_amount as difference
    from landing
    union all
    select
        'ledger',
        'ledger',
        'invoices and postings',
        null,
        ledger.project_code,
        periods.period,
        ledger.view_name,
        parameters.reporting_currency,
        ledger.ledger_rows,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        ledger.ledger_amount,
        ledger.mart_amount,
        ledger.accruals_amount,
        ledger.reconciling_amount,
        ledger.reconciling_reason,
        null,
        ledger.ledger_amount - ledger.mart_amount - ledger.reconciling_amount
    from ledger
    cross join parameters
    left join {{ ref('int_fiscal_periods') }} as periods
        on ledger.period_no = periods.period_no
    union all
    select
        'control_total',
        'ledger',
        'control_totals',
        null,
        null,
        period,
        null,
        currency,
        control_rows,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        control_amount,
        delivered_amount,
        null,
        null,
        reconciling_reason,
        null,
        difference
    from {{ ref('int_control_totals') }}

)

select
    {{ surrogate_key([
        'final.kind', 'final.source', 'final.object', 'final.source_project', 'final.project_code', 'final.period',
        'final.view_name', 'final.unit'
    ]) }} as reconciliation_sk,
    final.kind,
    final.source,
    final.object,
    final.source_project,
    final.project_code,
    projects.project_name,
    final.period,
    periods.end_on as period_end_on,
    final.view_name as "view",
    final.unit,
    final.source_rows,
    final.loaded_rows,
    final.quarantined_rows,
    final.left_out_rows,
    cast(final.source_amount as decimal(38, 10)) as source_amount,
    cast(final.loaded_amount as decimal(38, 10)) as loaded_amount,
    cast(final.quarantined_amount as decimal(38, 10)) as quarantined_amount,
    cast(final.left_out_amount as decimal(38, 10)) as left_out_amount,
    cast(final.ledger_amount as decimal(18, 2)) as ledger_amount,
    cast(final.mart_amount as decimal(18, 2)) as mart_amount,
    cast(final.accruals_amount as decimal(18, 2)) as accruals_amount,
    cast(final.reconciling_amount as decimal(18, 2)) as reconciling_amount,
    final.reconciling_reason,
    final.difference_rows,
    cast(final.difference as decimal(38, 10)) as difference,
    case when final.kind <> 'landing' then final.unit end as currency,
    parameters.as_of
from final
cross join parameters
left join {{ ref('dim_project') }} as projects
    on final.project_code = projects.project_code
    and projects.is_current
left join {{ ref('int_fiscal_periods') }} as periods
    on final.period = periods.period
