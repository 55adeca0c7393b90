select
    txns.actual_txn_sk,
    projects.project_sk,
    txns.project_code,
    projects.project_name,
    txns.cost_category,
    txns.cost_origin,
    txns.counts_in_consumed,
    txns.not_counted_reason,
    case when txns.is_posted then 'posted' else 'accrued' end as consumed_part,
    txns.source_object || ':' || txns.source_id as recon_key,
    txns.dated_on,
    txns.period,
    txns.charge_period,
    case when txns.period = txns.charge_period then 'regular' else 'correction' end as charge_class,
    txns.after_close,
    txns.person_sk,
    txns.capex_opex,
    txns.amount_tx,
    txns.currency as currency_tx,
    cast(txns.amount_booked as decimal(18, 2)) as amount_fn,
    cast(txns.amount_budget as decimal(18, 2)) as amount_budget_rate,
    parameters.reporting_currency as currency,
    case when txns.amount_booked is null or txns.amount_budget is null then 'no_rate' end as amount_null_reason,
    txns.hours,
    txns.source_system,
    txns.source_path,
    {{ sheet_without_person('txns') }} as source_sheet,
    txns.source_place
from {{ ref('int_actual_txns') }} as txns
cross join {{ ref('stg_control__run_parameters') }} as parameters
{{ join_sheets_of_persons('txns') }}
inner join {{ ref('dim_project') }} as projects
    on txns.project_code = projects.project_code
    and projects.is_current
