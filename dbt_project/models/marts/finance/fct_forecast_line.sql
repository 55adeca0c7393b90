select
    lines.forecast_line_sk,
    projects.project_sk,
    lines.project_code,
    projects.project_name,
    lines.cutoff_period,
    lines.scenario,
    lines.basis,
    lines.basis as forecast_basis,
    lines.wbs,
    lines.cost_category,
    coalesce(lines.period, lines.stated_period) as period,
    lines.period is not null as is_known_period,
    lines.amount_tx as forecast_amount,
    case when lines.basis = 'to_complete' then lines.amount_tx end as etc_amount,
    lines.currency as currency_tx,
    cast(lines.amount_budget as decimal(18, 2)) as amount_budget_ccy,
    parameters.reporting_currency as currency,
    case when lines.amount_budget is null then 'no_rate' end as amount_null_reason,
    lines.source_path,
    lines.source_sheet,
    lines.source_place,
    lines.batch_id
from {{ ref('int_forecast_lines') }} as lines
cross join {{ ref('stg_control__run_parameters') }} as parameters
inner join {{ ref('dim_project') }} as projects
    on lines.project_code = projects.project_code
    and projects.is_current
