-- What happens to an order line, per view: the booked period counts as reported, the period it belongs to restated. A
-- closed period holds what it held when it was closed.
{{ config(materialized='view') }}
{% set columns %}
    row_key, order_event_sk, order_line_sk, order_no, line_no, project_code, cost_category, vendor,
    order_status, currency, event_type, event_on, ordered_delta, received_delta, invoiced_delta, final_delta,
    ended_delta, source_id, batch_id, source_path, source_sheet, source_place
{% endset %}
with corrections as (

    select * from {{ ref('int_order_line_event_corrections') }}

),

corrected as (

    select distinct row_key from corrections

)

select
    {{ columns }},
    period,
    period_no,
    charge_period,
    charge_period_no,
    cast(null as {{ dbt.type_string() }}) as after_close
from {{ ref('int_order_line_events_current') }}
where row_key not in (select row_key from corrected)
union all
select
    {% for column in columns.split(',') %}corrections.{{ column | trim }}, {% endfor %}
    booked.period,
    corrections.period_no,
    charged.period,
    corrections.charge_period_no,
    corrections.after_close
from corrections
left join {{ ref('int_fiscal_periods') }} as booked
    on corrections.period_no = booked.period_no
left join {{ ref('int_fiscal_periods') }} as charged
    on corrections.charge_period_no = charged.period_no
