-- What of the events is not where today's rows would put it, because its period is closed.
{% set current %}
        select *
        from {{ ref('int_order_line_events_current') }}
        where period_no is not null
{% endset %}
{{ corrections(
    current=current, frozen=ref('int_frozen_order_events'), sk='order_event_sk',
    columns=[
        'order_event_sk', 'order_line_sk', 'order_no', 'line_no', 'project_code', 'cost_category', 'vendor',
        'order_status', 'currency', 'event_type', 'event_on', 'ordered_delta', 'received_delta',
        'invoiced_delta', 'final_delta', 'ended_delta', 'source_id', 'batch_id', 'source_path',
        'source_sheet', 'source_place'
    ],
    attributes=['order_line_sk', 'event_type'],
    measures=['ordered_delta', 'received_delta', 'invoiced_delta', 'final_delta', 'ended_delta']
) }}
