select
    lines.budget_line_sk,
    lines.budget_version_sk,
    projects.project_sk,
    lines.project_code,
    projects.project_name,
    cast(lines.version_no as integer) as version_no,
    lines.wbs,
    lines.cost_category,
    coalesce(lines.period, lines.stated_period) as period,
    lines.period is not null as is_known_period,
    coalesce(lines.capex_opex, categories.capex_opex) as capex_opex,
    lines.amount_tx,
    lines.currency as currency_tx,
    cast(lines.amount_budget as decimal(18, 2)) as amount_budget_ccy,
    parameters.reporting_currency as currency,
    case when lines.amount_budget is null then 'no_rate' end as amount_null_reason,
    lines.source_path,
    lines.source_sheet,
    lines.source_place,
    lines.batch_id
from {{ ref('int_budget_lines') }} as lines
cross join {{ ref('stg_control__run_parameters') }} as parameters
inner join {{ ref('dim_project') }} as projects
    on lines.project_code = projects.project_code
    and projects.is_current
left join {{ ref('dim_cost_category') }} as categories
    on lines.cost_category = categories.cost_category
