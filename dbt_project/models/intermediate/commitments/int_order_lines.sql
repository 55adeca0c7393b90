with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

orders as (

    select
        orders.*,
        orders.ordered_on as dated_on,
        case
            when orders.status in ('closed', 'cancelled') then coalesce(orders.closed_on, orders.received_on)
        end as ended_on
    from {{ ref('stg_ledger__orders') }} as orders

)

select
    {{ surrogate_key(['orders.order_no', 'orders.line_no']) }} as order_line_sk,
    orders.order_no,
    orders.line_no,
    orders.project as source_project,
    {{ resolved_project() }} as project_code,
    orders.cost_category,
    orders.vendor,
    orders.status,
    orders.currency,
    orders.amount as ordered_tx,
    orders.ordered_on,
    days.period as ordered_period,
    days.period_no as ordered_period_no,
    days.fiscal_year,
    case when orders.ended_on <= parameters.as_of then orders.ended_on end as ended_on,
    case when orders.ended_on <= parameters.as_of then end_days.period_no end as ended_period_no,
    orders.batch_id,
    orders.source_path,
    orders.source_sheet,
    orders.source_place,
    orders.source_row
from orders
cross join parameters
{{ join_project('orders', 'ledger') }}
left join {{ ref('int_fiscal_days') }} as days
    on orders.ordered_on = days.date_day
left join {{ ref('int_fiscal_days') }} as end_days
    on orders.ended_on = end_days.date_day
where orders.ordered_on <= parameters.as_of
