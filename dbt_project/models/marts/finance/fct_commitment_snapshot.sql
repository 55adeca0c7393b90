select
    {{ surrogate_key(['snapshots.order_line_sk', 'snapshots.view_name', 'snapshots.period']) }} as commitment_snapshot_sk,
    snapshots.order_line_sk,
    projects.project_sk,
    snapshots.project_code,
    projects.project_name,
    snapshots.cost_category,
    snapshots.order_no,
    snapshots.line_no,
    vendors.vendor_name as vendor,
    snapshots.order_status,
    snapshots.period,
    snapshots.view_name as "view",
    snapshots.currency as currency_tx,
    {{ to_cents('snapshots.ordered_tx') }} as ordered,
    {{ to_cents('snapshots.received_tx') }} as received,
    {{ to_cents('snapshots.invoiced_tx') }} as invoiced,
    {{ to_cents('snapshots.open_tx') }} as "open",
    cast(snapshots.open_booked as decimal(18, 2)) as open_booked,
    cast(snapshots.open_budget as decimal(18, 2)) as open_budget,
    {{ to_cents('snapshots.grni_tx') }} as received_not_invoiced,
    cast(snapshots.grni_booked as decimal(18, 2)) as received_not_invoiced_booked,
    cast(snapshots.grni_budget as decimal(18, 2)) as received_not_invoiced_budget,
    {{ to_cents('snapshots.over_invoiced_tx') }} as over_invoiced,
    snapshots.is_closing_rate_fallback,
    parameters.reporting_currency as currency
from {{ ref('int_order_line_periods') }} as snapshots
cross join {{ ref('stg_control__run_parameters') }} as parameters
left join {{ ref('int_vendor_names') }} as vendors
    on snapshots.vendor = vendors.vendor
inner join {{ ref('dim_project') }} as projects
    on snapshots.project_code = projects.project_code
    and projects.is_current
