-- Invoices that name an order and take nothing off it: they count in consumed, and what they name stays open.
with orders as (

    select
        order_no,
        max(currency) as currency
    from {{ ref('int_order_lines') }}
    group by order_no

),

matched as (

    select distinct source_id
    from {{ ref('int_order_line_events') }}
    where event_type in ('invoice', 'credit', 'down_payment')

)

select
    lines.ledger_line_sk,
    lines.source_id,
    lines.project_code,
    lines.period_no,
    lines.charge_period_no,
    lines.order_no,
    lines.order_line_no,
    case
        when orders.order_no is null then 'unknown_order'
        when lines.currency = orders.currency then 'unknown_order_line'
        else 'other_currency_than_order'
    end as reconciling_reason,
    lines.amount_tx,
    lines.currency,
    lines.amount_booked,
    lines.source_path,
    lines.source_sheet,
    lines.source_place
from {{ ref('int_ledger_lines') }} as lines
left join matched
    on lines.source_id = matched.source_id
left join orders
    on lines.order_no = orders.order_no
where lines.source_object = 'invoices' and lines.order_no is not null and matched.source_id is null
