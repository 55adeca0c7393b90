-- The value of the project stands on each row of its benefits, since no cost is that of one benefit.
with benefits as (

    select
        project_code,
        benefit,
        period,
        max(benefit_class) as benefit_class,
        max(measure) as measure,
        min(case when is_validated then 1 else 0 end) = 1 as is_validated,
        case when count(*) = count(planned) then sum(planned) end as planned,
        max(planned_null_reason) as planned_null_reason,
        case when count(*) = count(realised) then sum(realised) end as realised,
        max(realised_null_reason) as realised_null_reason
    from {{ ref('fct_benefit') }}
    where period is not null
    group by
        project_code,
        benefit,
        period

),

-- Rows without a known period count in the total and in no row of the mart.
totals as (

    select
        project_code,
        benefit,
        case when count(*) = count(planned) then sum(planned) end as planned_total
    from {{ ref('fct_benefit') }}
    group by
        project_code,
        benefit

),

{% set so_far = 'over (partition by benefits.project_code, benefits.benefit order by periods.period_no rows between unbounded preceding and current row)' %}
to_date as (

    select
        benefits.*,
        totals.planned_total,
        periods.end_on as period_end_on,
        periods.end_on > parameters.as_of as is_partial_period,
        periods.start_on <= parameters.as_of as is_due,
        parameters.as_of,
        parameters.reporting_currency,
        parameters.discount_rate,
        {% for amount in ['planned', 'realised'] -%}
        case
            when count(benefits.{{ amount }}_null_reason) {{ so_far }} = 0 then sum(benefits.{{ amount }}) {{ so_far }}
        end as {{ amount }}_to_date,
        max(benefits.{{ amount }}_null_reason) {{ so_far }} as {{ amount }}_to_date_null_reason{% if not loop.last %},{% endif %}
        {% endfor %}
    from benefits
    cross join {{ ref('stg_control__run_parameters') }} as parameters
    inner join {{ ref('int_fiscal_periods') }} as periods
        on benefits.period = periods.period
    inner join totals
        on benefits.project_code = totals.project_code
        and benefits.benefit = totals.benefit

),

years as (

    select
        project_code,
        fiscal_year,
        year_index,
        cost,
        benefits,
        net,
        present_value,
        present_value_cashable,
        net_null_reason,
        present_value_null_reason,
        sum(net) over (
            partition by project_code order by year_index rows between unbounded preceding and current row
        ) as net_so_far,
        lead(year_index) over (partition by project_code order by year_index) as next_index,
        lead(net) over (partition by project_code order by year_index) as next_net
    from {{ ref('fct_value_by_year') }}

),

known_years as (

    select
        *,
        max(case when net_so_far < 0 then year_index end) over (partition by project_code) as last_negative_index
    from years

),

-- Paid back in the first year with money after the last one that ends with less than was spent, as evenly as it flows.
paid_back as (

    select
        project_code,
        case when last_negative_index is null then 0 else next_index - 1 - net_so_far / next_net end as payback
    from known_years
    where year_index = coalesce(last_negative_index, 0)

),

project_values as (

    select
        years.project_code,
        min(case when years.year_index = 0 then years.fiscal_year end) as npv_fiscal_year,
        max(years.net_null_reason) as net_null_reason,
        max(years.present_value_null_reason) as present_value_null_reason,
        sum(years.cost) as cost,
        sum(years.benefits) as benefits_expected,
        sum(years.present_value) as npv,
        sum(years.present_value_cashable) as npv_cashable,
        max(paid_back.payback) as payback
    from years
    left join paid_back
        on years.project_code = paid_back.project_code
    group by years.project_code

),

reasoned as (

    select
        to_date.*,
        project_values.npv_fiscal_year,
        project_values.cost,
        project_values.benefits_expected,
        project_values.npv,
        project_values.npv_cashable,
        project_values.payback,
        coalesce(
            to_date.planned_to_date_null_reason,
            to_date.realised_to_date_null_reason,
            case when to_date.planned_to_date = 0 then 'nothing_planned' end
        ) as realisation_null_reason,
        coalesce(
            case when to_date.planned_total is null then 'no_rate' end,
            to_date.realised_to_date_null_reason,
            case when to_date.planned_total = 0 then 'nothing_planned' end
        ) as realisation_of_total_null_reason,
        coalesce(project_values.net_null_reason, case when project_values.project_code is null then 'no_amounts' end)
            as value_null_reason,
        coalesce(
            project_values.present_value_null_reason, case when project_values.project_code is null then 'no_amounts' end
        ) as npv_null_reason
    from to_date
    left join project_values
        on to_date.project_code = project_values.project_code

)

select
    {{ surrogate_key(['reasoned.project_code', 'reasoned.benefit', 'reasoned.period']) }} as benefits_roi_sk,
    projects.project_sk,
    reasoned.project_code,
    projects.project_name,
    reasoned.benefit,
    reasoned.benefit_class,
    reasoned.measure,
    reasoned.period,
    reasoned.period_end_on,
    reasoned.is_partial_period,
    reasoned.is_due,
    reasoned.is_validated,
    cast(reasoned.planned as decimal(18, 2)) as planned,
    reasoned.planned_null_reason,
    cast(reasoned.realised as decimal(18, 2)) as realised,
    reasoned.realised_null_reason,
    cast(reasoned.planned_to_date as decimal(18, 2)) as planned_to_date,
    reasoned.planned_to_date_null_reason,
    cast(reasoned.realised_to_date as decimal(18, 2)) as realised_to_date,
    reasoned.realised_to_date_null_reason,
    cast(reasoned.planned_total as decimal(18, 2)) as planned_total,
    case when reasoned.planned_total is null then 'no_rate' end as planned_total_null_reason,
    case
        when reasoned.realisation_null_reason is null
            then cast(reasoned.realised_to_date / reasoned.planned_to_date as decimal(28, 10))
    end as realisation,
    reasoned.realisation_null_reason,
    case
        when reasoned.realisation_of_total_null_reason is null
            then cast(reasoned.realised_to_date / reasoned.planned_total as decimal(28, 10))
    end as realisation_of_total,
    reasoned.realisation_of_total_null_reason,
    case when reasoned.value_null_reason is null then cast(reasoned.benefits_expected as decimal(18, 2)) end
        as project_benefits,
    case when reasoned.value_null_reason is null then cast(reasoned.cost as decimal(18, 2)) end as project_eac,
    reasoned.value_null_reason as project_null_reason,
    cast(reasoned.discount_rate as decimal(18, 10)) as discount_rate,
    reasoned.npv_fiscal_year,
    case when reasoned.npv_null_reason is null then cast(reasoned.npv as decimal(28, 10)) end as npv,
    case when reasoned.npv_null_reason is null then cast(reasoned.npv_cashable as decimal(28, 10)) end as npv_cashable,
    reasoned.npv_null_reason,
    case
        when reasoned.value_null_reason is null and reasoned.cost <> 0
            then cast((reasoned.benefits_expected - reasoned.cost) / reasoned.cost as decimal(28, 10))
    end as roi,
    coalesce(reasoned.value_null_reason, case when reasoned.cost = 0 then 'no_cost' end) as roi_null_reason,
    case when reasoned.value_null_reason is null then cast(reasoned.payback as decimal(28, 10)) end as payback,
    coalesce(
        reasoned.value_null_reason, case when reasoned.payback is null then 'not_paid_back' end
    ) as payback_null_reason,
    reasoned.reporting_currency as currency,
    reasoned.as_of
from reasoned
inner join {{ ref('dim_project') }} as projects
    on reasoned.project_code = projects.project_code
    and projects.is_current
