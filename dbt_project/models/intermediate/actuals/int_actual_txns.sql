-- Everything that makes up consumed cost, each row with the period it is booked in and the period it belongs to: summed
-- over the one it gives the view as reported, over the other the restated view. A closed period holds what it held when
-- it was closed.
{{ config(materialized='view') }}
{% set columns %}
    row_key, source_system, source_object, source_id, project_code, cost_category, cost_origin, is_posted,
    dated_on, person_sk, capex_opex, currency, amount_tx, amount_booked, amount_budget, hours, source_path, source_sheet,
    source_place, batch_id
{% endset %}
with corrections as (

    select * from {{ ref('int_actual_txn_corrections') }}

),

corrected as (

    select distinct row_key from corrections

),

corrected_projects as (

    select distinct project_code from corrections

),

-- The key of an hour's row names its project and is long: it is made and compared only where the project has
-- corrections.
unclosed as (

    select
        txns.*,
        corrected.row_key is not null as is_corrected
    from {{ ref('int_actual_txns_current') }} as txns
    left join corrected
        on txns.row_key = corrected.row_key
    where txns.source_object <> 'timesheet_entries'
        and (corrected.row_key is null or not txns.counts_in_consumed)
    union all
    select
        txns.*,
        corrected.row_key is not null
    from {{ ref('int_actual_txns_current') }} as txns
    left join corrected
        on txns.row_key = corrected.row_key
    where txns.source_object = 'timesheet_entries'
        and txns.project_code in (select project_code from corrected_projects)
        and (corrected.row_key is null or not txns.counts_in_consumed)
    union all
    select
        txns.*,
        false
    from {{ ref('int_actual_txns_current') }} as txns
    where txns.source_object = 'timesheet_entries'
        and txns.project_code not in (select project_code from corrected_projects)

)

-- The key of a row that no longer counts still belongs to what a closed period shows of it.
select
    case when is_corrected then {{ surrogate_key(['actual_txn_sk', "'not_counted'"]) }} else actual_txn_sk end
        as actual_txn_sk,
    {{ columns }},
    counts_in_consumed,
    not_counted_reason,
    period,
    period_no,
    charge_period,
    charge_period_no,
    cast(null as {{ dbt.type_string() }}) as after_close
from unclosed
union all
select
    corrections.actual_txn_sk,
    {% for column in columns.split(',') %}corrections.{{ column | trim }}, {% endfor %}
    corrections.period_no is not null,
    case when corrections.period_no is null then 'no_period' end,
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
