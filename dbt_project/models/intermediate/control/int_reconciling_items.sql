-- Whatever stands between the ledger and the marts, or waits to be mended, a row per document, view and reason. Those
-- that are in the difference explain why the ledger's sum and the mart's differ; the others count in both or in neither.
-- A further reason is a further select at the end.
{% set views = [('as_reported', 'period_no'), ('restated', 'charge_period_no')] %}
with parameters as (

    select
        parameters.*,
        days.period_no as as_of_period_no
    from {{ ref('stg_control__run_parameters') }} as parameters
    inner join {{ ref('int_fiscal_days') }} as days
        on parameters.as_of = days.date_day

),

-- The few rows with something to say are sought before they are doubled for the two views.
remarkable_lines as (

    select lines.*
    from {{ ref('int_ledger_as_received') }} as lines
    cross join parameters
    where not lines.is_missing_in_marts
        and (
            lines.period_no is null
            or lines.charge_period_no is null
            or lines.period_no > parameters.as_of_period_no
            or lines.charge_period_no > parameters.as_of_period_no
            or lines.ledger_amount is null
            or lines.project_code = 'unmapped'
        )

),

projects_with_remarkable_accruals as (

    select distinct project_code
    from {{ ref('int_actual_txn_sums') }}
    where not is_posted and (period_no is null or unrated_booked <> 0 or project_code = 'unmapped')

),

remarkable_accruals as (

    select txns.*
    from {{ ref('int_actual_txns') }} as txns
    inner join projects_with_remarkable_accruals
        on txns.project_code = projects_with_remarkable_accruals.project_code
    where not txns.is_posted
        and (
            txns.not_counted_reason = 'no_period'
            or (txns.counts_in_consumed and (txns.amount_booked is null or txns.project_code = 'unmapped'))
        )

),

lines_by_view as (

    {% for view_name, period_column in views -%}
    select
        source_object, source_id, '{{ view_name }}' as view_name, project_code, {{ period_column }} as period_no,
        amount_tx, currency, ledger_amount, source_path, source_sheet, source_place
    from remarkable_lines
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

accruals_by_view as (

    {% for view_name, period_column in views -%}
    select
        source_system, source_object, source_id, '{{ view_name }}' as view_name, project_code,
        {{ period_column }} as period_no, counts_in_consumed, not_counted_reason, amount_tx, currency, amount_booked,
        source_path, source_sheet, source_place
    from remarkable_accruals
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

unplaced as (

    select
        lines_by_view.*,
        case
            when lines_by_view.period_no is null then 'no_period'
            when lines_by_view.period_no > parameters.as_of_period_no then 'later_period'
            when lines_by_view.ledger_amount is null then 'no_rate'
        end as reason
    from lines_by_view
    cross join parameters

),

-- A document that counts in another period than the ledger's, in full, because that one was closed when it came: sought
-- only in projects where some period's sums differ.
sums as (

    {% for view_name, period_column in views -%}
    select '{{ view_name }}' as view_name, project_code, {{ period_column }} as period_no, sum(ledger_amount) as amount
    from {{ ref('int_ledger_as_received') }}
    where {{ period_column }} is not null
    group by project_code, {{ period_column }}
    union all
    select '{{ view_name }}', project_code, {{ period_column }}, -sum(amount_booked)
    from {{ ref('int_actual_txn_sums') }}
    where is_posted and counts_in_consumed and {{ period_column }} is not null
    group by project_code, {{ period_column }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

differing_projects as (

    select distinct project_code
    from (
        select view_name, project_code, period_no
        from sums
        group by view_name, project_code, period_no
        having sum(amount) <> 0
    ) as differing_periods

),

compared as (

    {% for view_name, period_column in views -%}
    select
        '{{ view_name }}' as view_name, lines.project_code, lines.{{ period_column }} as period_no, lines.source_object,
        lines.source_id, lines.ledger_amount as amount
    from {{ ref('int_ledger_as_received') }} as lines
    inner join differing_projects
        on lines.project_code = differing_projects.project_code
    where lines.{{ period_column }} is not null
    union all
    select
        '{{ view_name }}', txns.project_code, txns.{{ period_column }}, txns.source_object, txns.source_id,
        -txns.amount_booked
    from {{ ref('int_actual_txns') }} as txns
    inner join differing_projects
        on txns.project_code = differing_projects.project_code
    where txns.is_posted and txns.counts_in_consumed and txns.{{ period_column }} is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

documents as (

    select
        view_name,
        project_code,
        period_no,
        source_object,
        source_id,
        sum(amount) as moved
    from compared
    group by
        view_name,
        project_code,
        period_no,
        source_object,
        source_id

),

moved as (

    select
        documents.*,
        sum(documents.moved) over (
            partition by documents.view_name, documents.source_object, documents.source_id
        ) as missing,
        max(case when documents.period_no <= closing.closed_through_no then 1 else 0 end) over (
            partition by documents.view_name, documents.source_object, documents.source_id
        ) as touches_a_closed_period
    from documents
    cross join {{ ref('int_closing') }} as closing
    where documents.moved <> 0

),

over_invoiced_stocks as (

    select
        lines.order_line_sk,
        lines.view_name,
        lines.project_code,
        lines.period_no,
        lines.currency,
        lines.over_invoiced_tx as stock_tx,
        lines.over_invoiced_booked as stock_booked
    from {{ ref('int_order_line_periods') }} as lines
    where lines.over_invoiced_tx <> 0

),

over_invoiced_deltas as (

    select
        order_line_sk, view_name, project_code, period_no, currency, stock_tx as amount_tx, stock_booked as amount
    from over_invoiced_stocks
    union all
    select
        stocks.order_line_sk, stocks.view_name, stocks.project_code, stocks.period_no + 1, stocks.currency,
        -stocks.stock_tx, -stocks.stock_booked
    from over_invoiced_stocks as stocks
    cross join parameters
    where stocks.period_no < parameters.as_of_period_no

),

over_invoiced as (

    select
        order_line_sk,
        view_name,
        project_code,
        period_no,
        currency,
        sum(amount_tx) as amount_tx,
        case when count(*) = count(amount) then sum(amount) end as amount
    from over_invoiced_deltas
    group by order_line_sk, view_name, project_code, period_no, currency
    having sum(amount_tx) <> 0 or sum(amount) <> 0

),

items as (

    select
        'ledger' as source, source_object, source_id, view_name, project_code, period_no, reason,
        reason in ('no_period', 'later_period') as is_in_difference,
        amount_tx, currency, ledger_amount as amount, source_path, source_sheet, source_place
    from unplaced
    where reason is not null
    union all
    select
        'ledger', moved.source_object, moved.source_id, moved.view_name, moved.project_code, moved.period_no,
        'late_after_close', true, null, parameters.reporting_currency, moved.moved,
        lines.source_path, lines.source_sheet, lines.source_place
    from moved
    cross join parameters
    left join {{ ref('int_ledger_as_received') }} as lines
        on moved.source_object = lines.source_object
        and moved.source_id = lines.source_id
    where moved.missing = 0 and moved.touches_a_closed_period = 1
    union all
    select
        'ledger', source_object, source_id, view_name, project_code, period_no, 'unmapped_project', false,
        amount_tx, currency, ledger_amount, source_path, source_sheet, source_place
    from lines_by_view
    where project_code = 'unmapped'
    union all
    select
        source_system, source_object, source_id, view_name, project_code, period_no,
        case when counts_in_consumed then 'no_rate' else not_counted_reason end, false,
        amount_tx, currency, amount_booked, source_path, source_sheet, source_place
    from accruals_by_view
    where amount_booked is null or not_counted_reason = 'no_period'
    union all
    select
        source_system, source_object, source_id, view_name, project_code, period_no, 'unmapped_project', false,
        amount_tx, currency, amount_booked, source_path, source_sheet, source_place
    from accruals_by_view
    where counts_in_consumed and project_code = 'unmapped'
    {% for view_name, period_column in views -%}
    union all
    select
        'ledger', 'invoices', source_id, '{{ view_name }}', project_code, {{ period_column }}, reconciling_reason, false,
        amount_tx, currency, amount_booked, source_path, source_sheet, source_place
    from {{ ref('int_unmatched_invoices') }}
    union all
    select
        'ledger', 'receipts', receipts.receipt_no, '{{ view_name }}', coalesce(receipts.project_code, 'unmapped'),
        receipts.period_no, coalesce(receipts.reconciling_reason, 'no_period'), false,
        {{ to_cents('receipts.received_tx') }}, receipts.currency,
        {{ to_cents("receipts.received_tx * case when receipts.currency = parameters.reporting_currency then 1 else closing_rates.rate end") }},
        receipts.source_path, receipts.source_sheet, receipts.source_place
    from {{ ref('int_receipts') }} as receipts
    cross join parameters
    left join {{ ref('int_closing_rates') }} as closing_rates
        on receipts.currency = closing_rates.currency
        and receipts.period_no = closing_rates.period_no
    where receipts.reconciling_reason is not null or receipts.period_no is null
    {% endfor -%}
    union all
    select
        'ledger', 'orders', order_lines.order_no || '/' || order_lines.line_no, over_invoiced.view_name,
        over_invoiced.project_code, over_invoiced.period_no, 'over_invoiced', false,
        {{ to_cents('over_invoiced.amount_tx') }}, over_invoiced.currency, over_invoiced.amount,
        order_lines.source_path, order_lines.source_sheet, order_lines.source_place
    from over_invoiced
    inner join {{ ref('int_order_lines') }} as order_lines
        on over_invoiced.order_line_sk = order_lines.order_line_sk

)

select
    source,
    source_object,
    source_id,
    view_name,
    project_code,
    period_no,
    reason,
    is_in_difference,
    -- What somebody can mend; the others are a matter of time, or facts of the ledger.
    reason not in ('later_period', 'late_after_close', 'over_invoiced') as needs_mending,
    cast(amount_tx as decimal(18, 2)) as amount_tx,
    currency,
    cast(amount as decimal(18, 2)) as amount,
    source_path || coalesce(', sheet ' || source_sheet, '') || coalesce(', ' || source_place, '') as place
from items
