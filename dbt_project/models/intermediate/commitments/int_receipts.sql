-- A receipt counts against its order line when that line exists and has its currency; otherwise it is a reconciling item.
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

)

select
    {{ surrogate_key(['receipts.receipt_no', 'receipts.order_no', 'receipts.line_no']) }} as receipt_sk,
    receipts.receipt_no,
    receipts.order_no,
    receipts.line_no,
    order_lines.order_line_sk,
    order_lines.project_code,
    order_lines.cost_category,
    order_lines.vendor,
    receipts.currency,
    receipts.amount as received_tx,
    receipts.received_on,
    days.period,
    days.period_no,
    case
        when order_lines.order_line_sk is null then 'unknown_order'
        when order_lines.currency <> receipts.currency then 'other_currency_than_order'
    end as reconciling_reason,
    receipts.batch_id,
    receipts.source_path,
    receipts.source_sheet,
    receipts.source_place,
    receipts.source_row
from {{ ref('stg_ledger__receipts') }} as receipts
cross join parameters
left join {{ ref('int_order_lines') }} as order_lines
    on receipts.order_no = order_lines.order_no
    and receipts.line_no = order_lines.line_no
left join {{ ref('int_fiscal_days') }} as days
    on receipts.received_on = days.date_day
where receipts.received_on <= parameters.as_of
