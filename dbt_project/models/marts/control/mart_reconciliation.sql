-- Two proofs and a comparison in one table. `landing`: what each source held is what was loaded, quarantined and left out.
-- `ledger`: what the ledger posted is what the position shows, per project, period and view, with every reconciling item
-- named. `control_total`: what the books say in all beside what was delivered of them, per period.
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

crosswalk as (

    select
        source_system,
        source_id,
        project_code,
        row_number() over (partition by source_system, source_id order by valid_from desc) as recency
    from {{ ref('int_project_crosswalk') }}

),

standing as (

    select
        source,
        object,
        project,
        unit,
        count(*) as standing_rows
    from {{ ref('int_standing_quarantine') }}
    group by
        source,
        object,
        project,
        unit

),

totals as (

    select
        source,
        object,
        source_project,
        unit,
        {% for part in ['source', 'loaded', 'quarantined', 'left_out'] -%}
        sum({{ part }}_rows) as {{ part }}_rows,
        sum({{ part }}_amount) as {{ part }}_amount{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('int_load_totals') }}
    group by
        source,
        object,
        source_project,
        unit

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
        sum(totals.left_out_amount) as left_out_amount,
        sum(standing.standing_rows) as standing_rows
    from totals
    left join standing
        on totals.source = standing.source
        and totals.object = standing.object
        and coalesce(totals.source_project, '') = coalesce(standing.project, '')
        and coalesce(totals.unit, '') = coalesce(standing.unit, '')
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
        sum(case when ledger_amount is null then 1 else 0 end) as unrated_rows
    from {{ ref('int_ledger_as_received') }}
    group by
        project_code,
        {{ period_column }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- After an unknown position the first known one is a whole movement, with what the rows before it have moved.
movements as (

    select
        *,
        lag(consumed_posted, 1, 0) over (
            partition by project_code, cost_category, "view" order by period_end_on
        ) as posted_before,
        lag(consumed_accrued, 1, 0) over (
            partition by project_code, cost_category, "view" order by period_end_on
        ) as accrued_before
    from {{ ref('mart_budget_movement') }}
    where fx_basis = 'booked'

),

marts as (

    select
        positions.project_code,
        periods.period_no,
        positions."view" as view_name,
        sum(positions.consumed_posted) as mart_amount,
        sum(positions.consumed_accrued) as accruals_amount,
        sum(case when positions.consumed_posted is null or positions.posted_before is null then 1 else 0 end)
            as unknown_rows,
        sum(case when positions.consumed_accrued is null or positions.accrued_before is null then 1 else 0 end)
            as unknown_accruals
    from movements as positions
    inner join {{ ref('int_fiscal_periods') }} as periods
        on positions.period = periods.period
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
        coalesce(sum(case when is_posted then amount_booked end), 0) as posted_amount,
        coalesce(sum(case when cost_origin in ('grni', 'grni_timing') then amount_booked end), 0) as goods_received_amount,
        coalesce(sum(case when cost_origin like 'unposted_labour%' then amount_booked end), 0) as unposted_labour_amount,
        sum(case when not is_posted then unrated_booked else 0 end) as unrated_accruals
    from {{ ref('int_actual_txn_sums') }}
    where counts_in_consumed
    group by
        project_code,
        {{ period_column }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

items as (

    select
        project_code,
        period_no,
        view_name,
        sum(case when is_in_difference then coalesce(amount, 0) else 0 end) as reconciling_amount,
        {{ joined_values('reason') }} as reconciling_reason
    from {{ ref('int_reconciling_items') }}
    where source_object in ('invoices', 'postings') and (is_in_difference or reason = 'no_rate')
    group by
        project_code,
        period_no,
        view_name

),

compared as (

    select
        coalesce(by_view.project_code, marts.project_code) as project_code,
        coalesce(by_view.period_no, marts.period_no) as period_no,
        coalesce(by_view.view_name, marts.view_name) as view_name,
        coalesce(by_view.ledger_rows, 0) as ledger_rows,
        coalesce(by_view.ledger_amount, 0) as ledger_amount,
        coalesce(by_view.unrated_rows, 0) as unrated_rows,
        marts.mart_amount,
        marts.accruals_amount,
        coalesce(marts.unknown_rows, 0) as unknown_rows,
        coalesce(marts.unknown_accruals, 0) as unknown_accruals
    from by_view
    full outer join marts
        on by_view.project_code = marts.project_code
        and by_view.period_no = marts.period_no
        and by_view.view_name = marts.view_name

),

ledger as (

    select
        compared.project_code,
        compared.period_no,
        compared.view_name,
        compared.ledger_rows,
        compared.ledger_amount,
        compared.unrated_rows + coalesce(facts.unrated_accruals, 0) as unrated_rows,
        -- Where a missing rate makes the position unknown, the rows that do have one are what can be compared.
        case
            when compared.unknown_rows > 0 then coalesce(facts.posted_amount, 0)
            else coalesce(compared.mart_amount, 0)
        end as mart_amount,
        case
            when compared.unknown_accruals > 0
                then coalesce(facts.goods_received_amount, 0) + coalesce(facts.unposted_labour_amount, 0)
            else compared.accruals_amount
        end as accruals_amount,
        case when compared.accruals_amount is not null or compared.unknown_accruals > 0
            then coalesce(facts.goods_received_amount, 0) end as goods_received_amount,
        case when compared.accruals_amount is not null or compared.unknown_accruals > 0
            then coalesce(facts.unposted_labour_amount, 0) end as unposted_labour_amount,
        coalesce(items.reconciling_amount, 0) as reconciling_amount,
        items.reconciling_reason
    from compared
    left join facts
        on compared.project_code = facts.project_code
        and compared.period_no = facts.period_no
        and compared.view_name = facts.view_name
    left join items
        on compared.project_code = items.project_code
        and coalesce(compared.period_no, -1) = coalesce(items.period_no, -1)
        and compared.view_name = items.view_name

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
        cast(coalesce(standing_rows, 0) as bigint) as standing_quarantined_rows,
        source_amount,
        loaded_amount,
        quarantined_amount,
        left_out_amount,
        cast(null as decimal(18, 2)) as ledger_amount,
        cast(null as decimal(18, 2)) as mart_amount,
        cast(null as decimal(18, 2)) as accruals_amount,
        cast(null as decimal(18, 2)) as goods_received_amount,
        cast(null as decimal(18, 2)) as unposted_labour_amount,
        cast(null as bigint) as unrated_rows,
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
        null,
        ledger.ledger_amount,
        ledger.mart_amount,
        ledger.accruals_amount,
        ledger.goods_received_amount,
        ledger.unposted_labour_amount,
        ledger.unrated_rows,
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
        null,
        control_amount,
        delivered_amount,
        null,
        null,
        null,
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
    final.standing_quarantined_rows,
    cast(final.source_amount as decimal(38, 10)) as source_amount,
    cast(final.loaded_amount as decimal(38, 10)) as loaded_amount,
    cast(final.quarantined_amount as decimal(38, 10)) as quarantined_amount,
    cast(final.left_out_amount as decimal(38, 10)) as left_out_amount,
    cast(final.ledger_amount as decimal(18, 2)) as ledger_amount,
    cast(final.mart_amount as decimal(18, 2)) as mart_amount,
    cast(final.accruals_amount as decimal(18, 2)) as accruals_amount,
    cast(final.goods_received_amount as decimal(18, 2)) as goods_received_amount,
    cast(final.unposted_labour_amount as decimal(18, 2)) as unposted_labour_amount,
    cast(final.unrated_rows as bigint) as unrated_rows,
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
