with reconciling as (

    select
        receipt_sk as event_key,
        'receipt' as event_type,
        order_line_sk,
        received_on as event_on,
        period,
        period as charge_period,
        cast(0 as decimal(18, 2)) as ordered_delta,
        {{ to_cents('received_tx') }} as received_delta,
        cast(0 as decimal(18, 2)) as invoiced_delta,
        order_no,
        line_no,
        currency,
        receipt_no as source_id,
        reconciling_reason,
        source_path,
        source_sheet,
        source_place
    from {{ ref('int_receipts') }}
    where reconciling_reason is not null

),

counted as (

    select
        {{ surrogate_key(['events.order_line_sk', 'events.event_type', 'events.source_id']) }} as event_key,
        events.event_type,
        events.order_line_sk,
        events.event_on,
        booked.period,
        charged.period as charge_period,
        {{ to_cents('events.ordered_delta') }} as ordered_delta,
        {{ to_cents('events.received_delta') }} as received_delta,
        {{ to_cents('events.invoiced_delta') }} as invoiced_delta,
        order_lines.order_no,
        order_lines.line_no,
        order_lines.currency,
        events.source_id,
        cast(null as {{ dbt.type_string() }}) as reconciling_reason,
        events.source_path,
        events.source_sheet,
        events.source_place
    from {{ ref('int_order_line_events') }} as events
    inner join {{ ref('int_order_lines') }} as order_lines
        on events.order_line_sk = order_lines.order_line_sk
    left join {{ ref('int_fiscal_periods') }} as booked
        on events.period_no = booked.period_no
    left join {{ ref('int_fiscal_periods') }} as charged
        on events.charge_period_no = charged.period_no

),

events as (

    select * from counted
    union all
    select * from reconciling

)

select
    events.event_key as commitment_event_sk,
    events.order_line_sk,
    projects.project_sk,
    coalesce(order_lines.project_code, 'unmapped') as project_code,
    projects.project_name,
    order_lines.cost_category,
    events.order_no,
    events.line_no,
    vendors.vendor_name as vendor,
    order_lines.status as order_status,
    events.event_type,
    events.event_on,
    events.period,
    events.charge_period,
    events.ordered_delta,
    events.received_delta,
    events.invoiced_delta,
    events.currency as currency_tx,
    events.source_id,
    events.reconciling_reason,
    events.source_path,
    events.source_sheet,
    events.source_place
from events
left join {{ ref('int_order_lines') }} as order_lines
    on events.order_line_sk = order_lines.order_line_sk
left join {{ ref('int_vendor_names') }} as vendors
    on order_lines.vendor = vendors.vendor
inner join {{ ref('dim_project') }} as projects
    on coalesce(order_lines.project_code, 'unmapped') = projects.project_code
    and projects.is_current
