-- Everything that makes up consumed cost as it is known now, closed periods or not. `row_key` names what a row is about from
-- one refresh to the next.
with parameters as (

    select
        parameters.*,
        days.period_no as as_of_period_no
    from {{ ref('stg_control__run_parameters') }} as parameters
    inner join {{ ref('int_fiscal_days') }} as days
        on parameters.as_of = days.date_day

),

periods as (

    select * from {{ ref('int_fiscal_periods') }}

),

ledger_lines as (

    select
        ledger_line_sk as actual_txn_sk,
        ledger_line_sk as row_key,
        'ledger' as source_system,
        source_object,
        source_id,
        project_code,
        cost_category,
        cost_origin,
        true as is_posted,
        period_no is not null as counts_in_consumed,
        case when period_no is null then 'no_period' end as not_counted_reason,
        dated_on,
        period_no,
        charge_period_no,
        person_match_code,
        capex_opex,
        currency,
        amount_tx,
        amount_booked,
        amount_budget,
        cast(null as decimal(18, 10)) as hours,
        source_path,
        source_sheet,
        source_place,
        batch_id
    from {{ ref('int_ledger_lines') }}

),

coverage as (

    select * from {{ ref('int_labour_coverage') }}

),

labour as (

    select
        valued.*,
        categories.internal_category,
        categories.external_category,
        case
            when named.first_period_no < unnamed.first_period_no or unnamed.first_period_no is null
                then named.first_period_no
            else unnamed.first_period_no
        end as first_period_no,
        coalesce(named.reason, unnamed.reason) as reason
    from {{ ref('int_labour_valued') }} as valued
    inner join {{ ref('int_labour_categories') }} as categories
        on valued.project_code = categories.project_code
    left join coverage as named
        on valued.project_code = named.project_code
        and valued.period_no = named.charge_period_no
        and valued.person_match_code = named.person_match_code
    left join coverage as unnamed
        on valued.project_code = unnamed.project_code
        and valued.period_no = unnamed.charge_period_no
        and unnamed.person_match_code is null

),

labour_entries as (

    select
        timesheet_entry_sk as actual_txn_sk,
        cast(null as {{ dbt.type_string() }}) as row_key,
        source_system,
        'timesheet_entries' as source_object,
        coalesce(source_entry_id, source_place) as source_id,
        project_code,
        case when is_contractor then external_category else internal_category end as cost_category,
        'unposted_labour' as cost_origin,
        false as is_posted,
        period_no is not null and not coalesce(first_period_no <= period_no, false) as counts_in_consumed,
        case when period_no is null then 'no_period' when first_period_no <= period_no then reason end
            as not_counted_reason,
        work_date as dated_on,
        period_no,
        period_no as charge_period_no,
        person_match_code,
        cast(null as {{ dbt.type_string() }}) as capex_opex,
        rate_currency as currency,
        amount_tx,
        amount_booked,
        amount_budget,
        hours,
        source_path,
        source_sheet,
        source_place,
        batch_id,
        first_period_no
    from labour

),

-- An accrual that a later posting takes the place of is reversed in the period of that posting.
signs as (

    select 1 as sign
    union all
    select -1

),

labour_txns as (

    select
        case when signs.sign = 1 then actual_txn_sk else {{ surrogate_key(['actual_txn_sk', "'reversal'"]) }} end
            as actual_txn_sk,
        row_key,
        source_system,
        source_object,
        source_id,
        project_code,
        cost_category,
        case when signs.sign = 1 then cost_origin else 'unposted_labour_reversal' end as cost_origin,
        is_posted,
        counts_in_consumed,
        not_counted_reason,
        dated_on,
        case when signs.sign = 1 then period_no else first_period_no end as period_no,
        charge_period_no,
        person_match_code,
        capex_opex,
        currency,
        cast(signs.sign * amount_tx as decimal(18, 2)) as amount_tx,
        cast(signs.sign * amount_booked as decimal(18, 2)) as amount_booked,
        cast(signs.sign * amount_budget as decimal(18, 2)) as amount_budget,
        cast(signs.sign * hours as decimal(18, 10)) as hours,
        source_path,
        source_sheet,
        source_place,
        batch_id
    from labour_entries
    cross join signs
    where signs.sign = 1 or (counts_in_consumed and first_period_no is not null)

),

-- Goods received not invoiced: the stock of each order line at each period's end, as movements. Where the two views
-- differ, the difference is one row a period, all charged to the first period in which they differ: it sums to zero
-- there, so both views come out of the same rows.
{% set grni_line = 'order_line_sk, project_code, cost_category, currency' %}

grni_stocks as (

    select
        order_line_sk,
        view_name,
        period_no,
        project_code,
        cost_category,
        currency,
        grni_tx as stock_tx,
        grni_booked as stock_booked,
        grni_budget as stock_budget
    from {{ ref('int_order_line_periods') }}
    where grni_tx <> 0

),

grni_following as (

    select
        order_line_sk, view_name, period_no, project_code, cost_category, currency,
        stock_tx as delta_tx, stock_booked as delta_booked, stock_budget as delta_budget, true as is_stock
    from grni_stocks
    union all
    select
        grni_stocks.order_line_sk, grni_stocks.view_name, grni_stocks.period_no + 1, grni_stocks.project_code,
        grni_stocks.cost_category, grni_stocks.currency,
        -grni_stocks.stock_tx, -grni_stocks.stock_booked, -grni_stocks.stock_budget, false
    from grni_stocks
    cross join parameters
    where grni_stocks.period_no + 1 <= parameters.as_of_period_no

),

grni_movements as (

    select
        order_line_sk,
        period_no,
        project_code,
        cost_category,
        currency,
        {% for measure in ['tx', 'booked', 'budget'] -%}
        {% for view_name in ['as_reported', 'restated'] -%}
        sum(case when view_name = '{{ view_name }}' then delta_{{ measure }} else 0 end) as {{ view_name }}_{{ measure }},
        max(case when view_name = '{{ view_name }}' and is_stock and delta_{{ measure }} is null then 1 else 0 end)
            as {{ view_name }}_{{ measure }}_unknown{% if not (loop.last and measure == 'budget') %},{% endif %}
        {% endfor -%}
        {% endfor %}
    from grni_following
    group by order_line_sk, period_no, project_code, cost_category, currency

),

-- A stock without a rate has an unknown movement; that of the next one with a rate is since the last that had one.
grni_runs as (

    select
        *,
        {% for measure in ['tx', 'booked', 'budget'] -%}
        {% for view_name in ['as_reported', 'restated'] -%}
        sum(1 - {{ view_name }}_{{ measure }}_unknown) over (
            partition by {{ grni_line }} order by period_no rows between unbounded preceding and current row
        ) + {{ view_name }}_{{ measure }}_unknown as {{ view_name }}_{{ measure }}_run{% if not (loop.last and measure == 'budget') %},{% endif %}
        {% endfor -%}
        {% endfor %}
    from grni_movements

),

grni_known as (

    select
        order_line_sk,
        period_no,
        project_code,
        cost_category,
        currency,
        {% for measure in ['tx', 'booked', 'budget'] -%}
        {% for view_name in ['as_reported', 'restated'] -%}
        case
            when {{ view_name }}_{{ measure }}_unknown = 0
                then sum({{ view_name }}_{{ measure }}) over (
                    partition by {{ grni_line }}, {{ view_name }}_{{ measure }}_run
                )
        end as {{ view_name }}_{{ measure }}{% if not (loop.last and measure == 'budget') %},{% endif %}
        {% endfor -%}
        {% endfor %}
    from grni_runs

),

grni_apart as (

    select
        order_line_sk, period_no, project_code, cost_category, currency,
        {% for measure in ['tx', 'booked', 'budget'] -%}
        coalesce(as_reported_{{ measure }}, 0) - coalesce(restated_{{ measure }}, 0) as amount_{{ measure }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from grni_known

),

grni_timing as (

    select
        *,
        min(period_no) over (partition by {{ grni_line }}) as first_difference_no
    from grni_apart
    where amount_tx <> 0 or amount_booked <> 0 or amount_budget <> 0

),

grni_rows as (

    select
        order_line_sk, 'grni' as cost_origin, period_no, period_no as charge_period_no, project_code, cost_category,
        currency, restated_tx as amount_tx, restated_booked as amount_booked, restated_budget as amount_budget
    from grni_known
    where coalesce(restated_tx, 1) <> 0 or coalesce(restated_booked, 1) <> 0 or coalesce(restated_budget, 1) <> 0
    union all
    select
        order_line_sk, 'grni_timing', period_no, first_difference_no, project_code, cost_category,
        currency, amount_tx, amount_booked, amount_budget
    from grni_timing
    -- A document that is booked after the as-of period leaves the views apart at its end, until the next.
    union all
    select
        grni_timing.order_line_sk, 'grni_timing', parameters.as_of_period_no + 1, grni_timing.first_difference_no,
        grni_timing.project_code, grni_timing.cost_category, grni_timing.currency,
        -sum(grni_timing.amount_tx), -sum(grni_timing.amount_booked), -sum(grni_timing.amount_budget)
    from grni_timing
    cross join parameters
    group by
        grni_timing.order_line_sk, parameters.as_of_period_no, grni_timing.first_difference_no,
        grni_timing.project_code, grni_timing.cost_category, grni_timing.currency
    having sum(grni_timing.amount_tx) <> 0 or sum(grni_timing.amount_booked) <> 0 or sum(grni_timing.amount_budget) <> 0

),

grni as (

    select
        {{ surrogate_key([
            'grni_rows.cost_origin', 'grni_rows.order_line_sk', 'periods.period', 'grni_rows.project_code',
            'grni_rows.cost_category', 'grni_rows.currency'
        ]) }} as actual_txn_sk,
        {{ surrogate_key(["'grni'", 'grni_rows.order_line_sk', 'periods.period']) }} as row_key,
        'ledger' as source_system,
        'receipts' as source_object,
        order_lines.order_no || '/' || order_lines.line_no as source_id,
        grni_rows.project_code,
        grni_rows.cost_category,
        grni_rows.cost_origin,
        false as is_posted,
        true as counts_in_consumed,
        cast(null as {{ dbt.type_string() }}) as not_counted_reason,
        periods.end_on as dated_on,
        grni_rows.period_no,
        grni_rows.charge_period_no,
        cast(null as {{ dbt.type_string() }}) as person_match_code,
        cast(null as {{ dbt.type_string() }}) as capex_opex,
        grni_rows.currency,
        {{ to_cents('grni_rows.amount_tx') }} as amount_tx,
        grni_rows.amount_booked,
        grni_rows.amount_budget,
        cast(null as decimal(18, 10)) as hours,
        order_lines.source_path,
        order_lines.source_sheet,
        order_lines.source_place,
        order_lines.batch_id
    from grni_rows
    inner join {{ ref('int_order_lines') }} as order_lines
        on grni_rows.order_line_sk = order_lines.order_line_sk
    inner join periods
        on grni_rows.period_no = periods.period_no

),

{% set columns %}
        actual_txn_sk, row_key, source_system, source_object, source_id, project_code, cost_category, cost_origin, is_posted,
        counts_in_consumed, not_counted_reason, dated_on, period_no, charge_period_no, person_match_code, capex_opex,
        currency, amount_tx, amount_booked, amount_budget, hours, source_path, source_sheet, source_place, batch_id
{% endset %}

txns as (

    select {{ columns }} from ledger_lines
    union all
    select {{ columns }} from labour_txns
    union all
    select {{ columns }} from grni

)

select
    txns.actual_txn_sk,
    -- Hours are sent again in other files and rows: what they are about is a person's day on a project.
    coalesce(txns.row_key, {{ surrogate_key([
        'txns.cost_origin', 'txns.source_system', 'persons.person_sk', 'txns.project_code', 'txns.dated_on'
    ]) }}) as row_key,
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
    persons.person_sk,
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
left join periods as booked
    on txns.period_no = booked.period_no
left join periods as charged
    on txns.charge_period_no = charged.period_no
left join {{ ref('int_person_pseudonyms') }} as persons
    on txns.person_match_code = persons.match_code
left join {{ ref('stg_reference__cost_categories') }} as categories
    on txns.cost_category = categories.cost_category
