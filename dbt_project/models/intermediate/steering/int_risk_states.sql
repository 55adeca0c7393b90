-- Every risk of a project as known at each report date of the project and at the as-of date, so that a date adds up.
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

reports as (

    select
        *,
        {{ register_sk('risk') }} as risk_sk,
        case when project_code = 'unmapped' then source_project end as unmapped_project
    from {{ ref('int_risks') }}

),

ordered as (

    {{ reports_in_order('reports', 'risk_sk') }}

),

report_dates as (

    select
        project_code,
        unmapped_project,
        reported_on as report_date
    from reports
    where reported_on is not null
    union
    select
        reports.project_code,
        reports.unmapped_project,
        parameters.as_of
    from reports
    cross join parameters

),

-- A blank residual part did not change; with both blank nobody has assessed what is left.
valued as (

    select
        ordered.*,
        not {{ is_closed_status('ordered.status') }} as is_open,
        case when ordered.kind = 'opportunity' then -1 else 1 end as sign,
        case
            when coalesce(ordered.residual_probability, ordered.residual_impact) is not null
                then coalesce(ordered.residual_probability, ordered.probability)
        end as residual_p,
        case
            when coalesce(ordered.residual_probability, ordered.residual_impact) is not null
                then coalesce(ordered.residual_impact, ordered.impact)
        end as residual_amount,
        case
            when ordered.currency = parameters.reporting_currency then cast(1 as decimal(18, 10))
            else budget_rates.rate
        end as budget_fx
    from ordered
    cross join parameters
    left join {{ ref('int_fiscal_days') }} as days
        on coalesce(ordered.reported_on, parameters.as_of) = days.date_day
    left join {{ ref('int_budget_rates') }} as budget_rates
        on ordered.currency = budget_rates.currency
        and days.fiscal_year = budget_rates.fiscal_year

)

select
    valued.risk_sk,
    valued.project_code,
    valued.source_project,
    valued.risk,
    valued.title,
    coalesce(valued.category, 'unassigned') as category,
    valued.kind,
    valued.status,
    valued.owner,
    valued.is_open,
    report_dates.report_date,
    valued.reported_on,
    valued.probability,
    valued.impact as impact_tx,
    valued.residual_p as residual_probability,
    valued.residual_amount as residual_impact_tx,
    valued.currency as currency_tx,
    {{ to_cents('valued.impact * valued.budget_fx') }} as impact,
    {{ to_cents('valued.residual_amount * valued.budget_fx') }} as residual_impact,
    {% for name, p, amount in [
        ('emv_inherent', 'valued.probability', 'valued.impact'),
        ('emv_residual', 'valued.residual_p', 'valued.residual_amount')
    ] -%}
    case
        when not valued.is_open then cast(0 as decimal(18, 2))
        else cast(valued.sign * {{ to_cents(exact(p ~ ' * ' ~ amount) ~ ' * valued.budget_fx') }} as decimal(18, 2))
    end as {{ name }},
    {% endfor -%}
    valued.batch_id,
    valued.source_path,
    valued.source_sheet,
    valued.source_place
from report_dates
inner join valued
    on report_dates.project_code = valued.project_code
    and coalesce(report_dates.unmapped_project, '') = coalesce(valued.unmapped_project, '')
    and report_dates.report_date >= valued.known_from_on
    and (valued.next_report_on is null or report_dates.report_date < valued.next_report_on)
