-- What happens to an order line as it is known now, closed periods or not.
-- An invoice that names an order but no line is matched where the order has just one line.
with single_lines as (

    select
        order_no,
        min(line_no) as line_no
    from {{ ref('int_order_lines') }}
    group by order_no
    having count(*) = 1

),

invoices as (

    select
        order_lines.order_line_sk,
        invoices.*,
        order_lines.currency as order_currency
    from {{ ref('int_ledger_lines') }} as invoices
    left join single_lines
        on invoices.order_no = single_lines.order_no
    inner join {{ ref('int_order_lines') }} as order_lines
        on invoices.order_no = order_lines.order_no
        and coalesce(invoices.order_line_no, single_lines.line_no) = order_lines.line_no
    where invoices.source_object = 'invoices'

),

events as (

    select
        order_line_sk,
        'order' as event_type,
        ordered_on as event_on,
        ordered_period_no as period_no,
        ordered_period_no as charge_period_no,
        ordered_tx as ordered_delta,
        cast(0 as decimal(28, 10)) as received_delta,
        cast(0 as decimal(28, 10)) as invoiced_delta,
        0 as final_delta,
        0 as ended_delta,
        order_no || '/' || line_no as source_id,
        batch_id,
        source_path,
        source_sheet,
        source_place
    from {{ ref('int_order_lines') }}
    union all
    select
        order_line_sk,
        'receipt',
        received_on,
        period_no,
        period_no,
        0,
        received_tx,
        0,
        0,
        0,
        receipt_no,
        batch_id,
        source_path,
        source_sheet,
        source_place
    from {{ ref('int_receipts') }}
    where reconciling_reason is null
    union all
    select
        order_line_sk,
        case cost_origin when 'credit_note' then 'credit' when 'down_payment' then 'down_payment' else 'invoice' end,
        dated_on,
        period_no,
        charge_period_no,
        0,
        0,
        exact_amount_tx,
        case when is_final then 1 else 0 end,
        0,
        source_id,
        batch_id,
        source_path,
        source_sheet,
        source_place
    from invoices
    where currency = order_currency
    union all
    select
        order_line_sk,
        case status when 'cancelled' then 'cancel' else 'close' end,
        ended_on,
        ended_period_no,
        ended_period_no,
        0,
        0,
        0,
        0,
        1,
        order_no || '/' || line_no,
        batch_id,
        source_path,
        source_sheet,
        source_place
    from {{ ref('int_order_lines') }}
    where ended_on is not null

)

select
    {{ surrogate_key(['events.order_line_sk', 'events.event_type', 'events.source_id']) }} as row_key,
    {{ surrogate_key(['events.order_line_sk', 'events.event_type', 'events.source_id']) }} as order_event_sk,
    order_lines.order_no,
    order_lines.line_no,
    order_lines.project_code,
    order_lines.cost_category,
    order_lines.vendor,
    order_lines.status as order_status,
    order_lines.currency,
    booked.period,
    charged.period as charge_period,
    events.*
from events
inner join {{ ref('int_order_lines') }} as order_lines
    on events.order_line_sk = order_lines.order_line_sk
left join {{ ref('int_fiscal_periods') }} as booked
    on events.period_no = booked.period_no
left join {{ ref('int_fiscal_periods') }} as charged
    on events.charge_period_no = charged.period_no
