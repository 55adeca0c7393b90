-- What of consumed cost is not where today's rows would put it, because its period is closed.
{% set current %}
        select txns.*
        from {{ ref('int_actual_txns_current') }} as txns
        inner join {{ ref('int_closing') }} as any_close
            on any_close.closed_through_no > 0
        where txns.counts_in_consumed
{% endset %}
{{ corrections(
    current=current, frozen=ref('int_frozen_actuals'), sk='actual_txn_sk',
    columns=[
        'actual_txn_sk', 'source_system', 'source_object', 'source_id', 'project_code', 'cost_category', 'cost_origin',
        'is_posted', 'dated_on', 'person_sk', 'capex_opex', 'currency', 'amount_tx', 'amount_booked', 'amount_budget',
        'hours', 'source_path', 'source_sheet', 'source_place', 'batch_id'
    ],
    attributes=['project_code', 'cost_category', 'is_posted', 'capex_opex'],
    measures=['amount_booked', 'amount_budget']
) }}
