-- Lines of the versions approved by the as-of date. A baseline stands at the budget rate on both bases.
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

lines as (

    select
        lines.*,
        versions.project_code,
        versions.budget_version_sk,
        versions.approved_on,
        periods.period as resolved_period,
        periods.period_no,
        coalesce(periods.fiscal_year, days.fiscal_year) as fiscal_year
    from {{ ref('stg_budgets__budget_lines') }} as lines
    inner join {{ ref('int_budget_versions') }} as versions
        on lines.project = versions.source_project
        and lines.version_no = versions.version_no
    left join {{ ref('int_fiscal_periods') }} as periods
        on lines.period = periods.period
    left join {{ ref('int_fiscal_days') }} as days
        on versions.approved_on = days.date_day

)

select
    {{ surrogate_key(["'budget'", 'lines.file_hash', 'lines.source_sheet', 'lines.source_row']) }} as budget_line_sk,
    lines.budget_version_sk,
    lines.project_code,
    lines.version_no,
    lines.wbs,
    lines.cost_category,
    lines.capex_opex,
    lines.period as stated_period,
    lines.resolved_period as period,
    lines.period_no,
    {{ to_cents('lines.amount') }} as amount_tx,
    lines.currency,
    case
        when lines.currency = parameters.reporting_currency then {{ to_cents('lines.amount') }}
        else {{ to_cents('lines.amount * budget_rates.rate') }}
    end as amount_budget,
    lines.batch_id,
    lines.source_path,
    lines.source_sheet,
    lines.source_place,
    lines.source_row
from lines
cross join parameters
left join {{ ref('int_budget_rates') }} as budget_rates
    on lines.currency = budget_rates.currency
    and lines.fiscal_year = budget_rates.fiscal_year
