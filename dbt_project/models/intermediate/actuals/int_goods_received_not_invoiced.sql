-- Goods received not invoiced: the stock of each order line at each period's end, as movements. Where the two views
-- differ, the difference is one row a period, all charged to the first period in which they differ: it sums to zero
-- there, so both views come out of the same rows.
{% set grni_line = 'order_line_sk, project_code, cost_category, currency' %}
with parameters as (

    select
        parameters.*,
        days.period_no as as_of_period_no
    from {{ ref('stg_control__run_parameters') }} as parameters
    inner join {{ ref('int_fiscal_days') }} as days
        on parameters.as_of = days.date_day

),

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

)

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
    cast(null as {{ dbt.type_string() }}) as person_sk,
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
inner join {{ ref('int_fiscal_periods') }} as periods
    on grni_rows.period_no = periods.period_no
