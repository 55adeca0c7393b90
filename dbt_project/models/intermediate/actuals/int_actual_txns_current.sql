-- Everything that makes up consumed cost as it is known now, closed periods or not. `row_key` names what a row is about
-- from one refresh to the next.
{{ config(materialized='view') }}
{% set columns %}
        actual_txn_sk, row_key, source_system, source_object, source_id, project_code, cost_category, cost_origin, is_posted,
        counts_in_consumed, not_counted_reason, dated_on, period_no, charge_period_no, person_sk, capex_opex,
        currency, amount_tx, amount_booked, amount_budget, hours, source_path, source_sheet, source_place, batch_id
{% endset %}
with ledger_lines as (

    select
        lines.ledger_line_sk as actual_txn_sk,
        lines.ledger_line_sk as row_key,
        'ledger' as source_system,
        lines.source_object,
        lines.source_id,
        lines.project_code,
        lines.cost_category,
        lines.cost_origin,
        true as is_posted,
        lines.period_no is not null as counts_in_consumed,
        case when lines.period_no is null then 'no_period' end as not_counted_reason,
        lines.dated_on,
        lines.period_no,
        lines.charge_period_no,
        persons.person_sk,
        lines.capex_opex,
        lines.currency,
        lines.amount_tx,
        lines.amount_booked,
        lines.amount_budget,
        cast(null as decimal(18, 10)) as hours,
        lines.source_path,
        lines.source_sheet,
        lines.source_place,
        lines.batch_id
    from {{ ref('int_ledger_lines') }} as lines
    left join {{ ref('int_person_pseudonyms') }} as persons
        on lines.person_match_code = persons.match_code

),

txns as (

    select {{ columns }} from ledger_lines
    union all
    select {{ columns }} from {{ ref('int_labour_txns') }}
    union all
    select {{ columns }} from {{ ref('int_goods_received_not_invoiced') }}

)

select
    txns.actual_txn_sk,
    txns.row_key,
    txns.source_system,
    txns.source_object,
    txns.source_id,
    txns.project_code,
    txns.cost_category,
    txns.cost_origin,
    txns.is_posted,
    txns.counts_in_consumed,
    txns.not_counted_reason,
    txns.dated_on,
    booked.period,
    txns.period_no,
    charged.period as charge_period,
    txns.charge_period_no,
    txns.person_sk,
    coalesce(txns.capex_opex, categories.capex_opex) as capex_opex,
    txns.currency,
    txns.amount_tx,
    txns.amount_booked,
    txns.amount_budget,
    txns.hours,
    txns.source_path,
    txns.source_sheet,
    txns.source_place,
    txns.batch_id
from txns
left join {{ ref('int_fiscal_periods') }} as booked
    on txns.period_no = booked.period_no
left join {{ ref('int_fiscal_periods') }} as charged
    on txns.charge_period_no = charged.period_no
left join {{ ref('stg_reference__cost_categories') }} as categories
    on txns.cost_category = categories.cost_category
