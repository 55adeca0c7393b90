-- At the budget rate of the fiscal year that the period belongs to. Of a period that has not begun nothing is realised.
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

benefits as (

    select
        benefits.*,
        periods.fiscal_year,
        benefits.period_start_on is not null and benefits.period_start_on <= parameters.as_of as is_due,
        case when benefits.currency = parameters.reporting_currency then 1 else budget_rates.rate end as rate
    from {{ ref('int_benefits') }} as benefits
    cross join parameters
    left join {{ ref('int_fiscal_periods') }} as periods
        on benefits.period_no = periods.period_no
    left join {{ ref('int_budget_rates') }} as budget_rates
        on benefits.currency = budget_rates.currency
        and periods.fiscal_year = budget_rates.fiscal_year

)

select
    {{ surrogate_key(["'benefit'", 'benefits.file_hash', 'benefits.source_sheet', 'benefits.source_row']) }} as benefit_sk,
    projects.project_sk,
    benefits.project_code,
    projects.project_name,
    benefits.source_project,
    benefits.benefit,
    benefits.benefit_class,
    benefits.measure,
    benefits.stated_period,
    benefits.period,
    benefits.period_end_on,
    benefits.fiscal_year,
    benefits.is_due,
    {{ to_cents('benefits.planned') }} as planned_tx,
    {{ to_cents('benefits.realised') }} as realised_tx,
    benefits.currency as currency_tx,
    {{ to_cents('benefits.planned * benefits.rate') }} as planned,
    case when benefits.rate is null then 'no_rate' end as planned_null_reason,
    case when benefits.is_due then {{ to_cents('benefits.realised * benefits.rate') }} end as realised,
    case
        when benefits.period is null then 'no_period'
        when not benefits.is_due then 'in_future'
        when benefits.realised is null then 'not_reported'
        when benefits.rate is null then 'no_rate'
    end as realised_null_reason,
    benefits.is_validated,
    parameters.reporting_currency as currency,
    benefits.source_path,
    benefits.source_sheet,
    benefits.source_place
from benefits
cross join parameters
inner join {{ ref('dim_project') }} as projects
    on benefits.project_code = projects.project_code
    and projects.is_current
