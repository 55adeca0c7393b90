-- Forecasts whose cutoff period has ended by the as-of date.
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

lines as (

    select
        forecast_lines.*,
        cutoffs.period_no as cutoff_period_no,
        cutoffs.end_on as dated_on
    from {{ ref('stg_budgets__forecast_lines') }} as forecast_lines
    inner join {{ ref('int_fiscal_periods') }} as cutoffs
        on forecast_lines.cutoff_period = cutoffs.period
    cross join parameters
    where cutoffs.end_on <= parameters.as_of

)

select
    {{ surrogate_key(["'forecast'", 'lines.file_hash', 'lines.source_sheet', 'lines.source_row']) }} as forecast_line_sk,
    {{ resolved_project() }} as project_code,
    lines.project as source_project,
    lines.cutoff_period,
    lines.cutoff_period_no,
    lines.scenario,
    lines.basis,
    lines.wbs,
    lines.cost_category,
    lines.period as stated_period,
    periods.period,
    periods.period_no,
    lines.amount as exact_amount_tx,
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
{{ join_project('lines', 'budgets') }}
left join {{ ref('int_fiscal_periods') }} as periods
    on lines.period = periods.period
left join {{ ref('int_fiscal_periods') }} as cutoffs
    on lines.cutoff_period = cutoffs.period
left join {{ ref('int_budget_rates') }} as budget_rates
    on lines.currency = budget_rates.currency
    and coalesce(periods.fiscal_year, cutoffs.fiscal_year) = budget_rates.fiscal_year
