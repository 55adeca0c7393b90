with events as (

    select
        order_event_sk,
        order_line_sk,
        project_code,
        cost_category,
        order_no,
        line_no,
        vendor,
        order_status,
        case when event_type = 'order' and after_close in ('reversed', 'replaced') then 'change' else event_type end
            as event_type,
        event_on,
        period,
        charge_period,
        ordered_delta,
        received_delta,
        invoiced_delta,
        currency,
        source_id,
        after_close,
        cast(null as {{ dbt.type_string() }}) as reconciling_reason,
        source_path,
        source_sheet,
        source_place
    from {{ ref('int_order_line_events') }}
    union all
    select
        receipt_sk,
        order_line_sk,
        coalesce(project_code, 'unmapped'),
        cost_category,
        order_no,
        line_no,
        vendor,
        null,
        'receipt',
        received_on,
        period,
        period,
        0,
        received_tx,
        0,
        currency,
        receipt_no,
        null,
        reconciling_reason,
        source_path,
        source_sheet,
        source_place
    from {{ ref('int_receipts') }}
    where reconciling_reason is not null

)

select
    events.order_event_sk as commitment_event_sk,
    events.order_line_sk,
    projects.project_sk,
    events.project_code,
    projects.project_name,
    events.cost_category,
    events.order_no,
    events.line_no,
    vendors.vendor_name as vendor,
    events.order_status,
    events.event_type,
    events.event_on,
    events.period,
    events.charge_period,
    {{ to_cents('events.ordered_delta') }} as ordered_delta,
    {{ to_cents('events.received_delta') }} as received_delta,
    {{ to_cents('events.invoiced_delta') }} as invoiced_delta,
    events.currency as currency_tx,
    events.source_id,
    events.after_close,
    events.reconciling_reason,
    events.source_path,
    events.source_sheet,
    events.source_place
from events
left join {{ ref('int_vendor_names') }} as vendors
    on events.vendor = vendors.vendor
inner join {{ ref('dim_project') }} as projects
    on events.project_code = projects.project_code
    and projects.is_current
