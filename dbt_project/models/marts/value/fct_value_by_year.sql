-- What a project costs at completion and brings, by fiscal year, at the budget rate. Costs lie in the year that they were
-- booked in, what is left to spend in the years of the forecast's lines. A benefit is what was realised, else what is planned.
-- Year 0 is the first with money in it; the factor of year t is 1 / (1 + discount rate) ^ t.
with parameters as (

    select
        parameters.*,
        days.period_no as as_of_period_no,
        days.fiscal_year as as_of_year
    from {{ ref('stg_control__run_parameters') }} as parameters
    inner join {{ ref('int_fiscal_days') }} as days
        on parameters.as_of = days.date_day

),

fiscal_years as (

    select
        fiscal_year,
        row_number() over (order by min(period_no)) as fiscal_year_no
    from {{ ref('int_fiscal_periods') }}
    group by fiscal_year

),

benefits as (

    select
        project_code,
        coalesce(fiscal_year, parameters.as_of_year) as fiscal_year,
        benefit_class,
        case when fiscal_year is not null then coalesce(realised, planned) end as expected,
        case
            when fiscal_year is null then 'no_period'
            when realised is null then planned_null_reason
        end as expected_null_reason
    from {{ ref('fct_benefit') }}
    cross join parameters
    where coalesce(benefit_class, 'cashable') <> 'qualitative'

),

projects as (

    select
        project_code,
        max(case when expected < 0 then 1 else 0 end) as has_outlay
    from benefits
    group by project_code

),

positions as (

    select
        positions.project_code,
        positions.cost_category,
        positions.consumed,
        positions.consumed_null_reason,
        positions.etc,
        positions.etc_null_reason,
        positions.forecast_cutoff_period
    from {{ ref('mart_budget_position') }} as positions
    inner join projects
        on positions.project_code = projects.project_code
    inner join {{ ref('int_fiscal_periods') }} as periods
        on positions.period = periods.period
    inner join parameters
        on periods.period_no = parameters.as_of_period_no
    where positions."view" = 'as_reported' and positions.fx_basis = 'budget'

),

consumed as (

    select
        movements.project_code,
        periods.fiscal_year,
        sum(movements.consumed) as amount
    from {{ ref('mart_budget_movement') }} as movements
    inner join projects
        on movements.project_code = projects.project_code
    inner join {{ ref('int_fiscal_periods') }} as periods
        on movements.period = periods.period
    where movements."view" = 'as_reported' and movements.fx_basis = 'budget'
    group by
        movements.project_code,
        periods.fiscal_year

),

forecast_lines as (

    select
        lines.project_code,
        lines.cost_category,
        lines.cutoff_period,
        coalesce(periods.fiscal_year, parameters.as_of_year) as fiscal_year,
        sum(lines.amount_budget) as amount
    from {{ ref('int_forecast_lines') }} as lines
    cross join parameters
    left join {{ ref('int_fiscal_periods') }} as periods
        on lines.period_no = periods.period_no
    where lines.scenario = 'pm'
        and lines.basis = 'to_complete'
        and coalesce(lines.period_no, parameters.as_of_period_no) >= parameters.as_of_period_no
    group by
        lines.project_code,
        lines.cost_category,
        lines.cutoff_period,
        coalesce(periods.fiscal_year, parameters.as_of_year)

),

phased as (

    select
        positions.project_code,
        positions.cost_category,
        positions.etc,
        fiscal_years.fiscal_year,
        fiscal_years.fiscal_year_no,
        lines.amount,
        sum(lines.amount) over (partition by positions.project_code, positions.cost_category) as all_years,
        sum(lines.amount) over (
            partition by positions.project_code, positions.cost_category order by fiscal_years.fiscal_year_no
            rows between unbounded preceding and current row
        ) as so_far
    from positions
    inner join forecast_lines as lines
        on positions.project_code = lines.project_code
        and positions.cost_category = lines.cost_category
        and positions.forecast_cutoff_period = lines.cutoff_period
    inner join fiscal_years
        on lines.fiscal_year = fiscal_years.fiscal_year
    where lines.amount > 0

),

to_spend as (

    select
        project_code,
        fiscal_year,
        cast(round(etc * so_far / all_years, 2) - round(etc * (so_far - amount) / all_years, 2) as decimal(18, 2)) as amount
    from phased
    union all
    select
        positions.project_code,
        parameters.as_of_year,
        positions.etc
    from positions
    cross join parameters
    left join (select distinct project_code, cost_category from phased) as with_years
        on positions.project_code = with_years.project_code
        and positions.cost_category = with_years.cost_category
    where with_years.project_code is null and positions.etc is not null

),

-- One row per project whose cost nobody can know. Where finance has nothing at all, an outlay may stand among the benefits,
-- as a negative one.
unknown as (

    select
        projects.project_code,
        coalesce(max(positions.etc_null_reason), max(positions.consumed_null_reason), 'no_forecast') as reason
    from projects
    left join positions
        on projects.project_code = positions.project_code
    group by projects.project_code
    having (count(positions.etc) < count(*) or count(positions.consumed) < count(*))
        and not (count(positions.project_code) = 0 and max(projects.has_outlay) = 1)

),

money as (

    select project_code, fiscal_year, amount as consumed, 0 as etc, 0 as benefits, 0 as benefits_cashable,
        null as cost_null_reason, null as benefits_null_reason
    from consumed
    union all
    select project_code, fiscal_year, 0, amount, 0, 0, null, null
    from to_spend
    union all
    select project_code, as_of_year, 0, 0, 0, 0, reason, null
    from unknown
    cross join parameters
    union all
    select
        project_code,
        fiscal_year,
        0,
        0,
        coalesce(expected, 0),
        case when coalesce(benefit_class, 'cashable') = 'cashable' then coalesce(expected, 0) else 0 end,
        null,
        expected_null_reason
    from benefits

),

by_year as (

    select
        money.project_code,
        money.fiscal_year,
        fiscal_years.fiscal_year_no,
        sum(money.consumed) as consumed,
        sum(money.etc) as etc,
        max(money.cost_null_reason) as cost_null_reason,
        sum(money.benefits) as benefits,
        sum(money.benefits_cashable) as benefits_cashable,
        max(money.benefits_null_reason) as benefits_null_reason
    from money
    inner join fiscal_years
        on money.fiscal_year = fiscal_years.fiscal_year
    group by
        money.project_code,
        money.fiscal_year,
        fiscal_years.fiscal_year_no
    having sum(abs(money.consumed) + abs(money.etc) + abs(money.benefits)) > 0
        or count(money.cost_null_reason) + count(money.benefits_null_reason) > 0

),

discounted as (

    select
        by_year.*,
        by_year.fiscal_year_no - min(by_year.fiscal_year_no) over (partition by by_year.project_code) as year_index,
        coalesce(by_year.cost_null_reason, by_year.benefits_null_reason) as net_null_reason,
        power(
            1 + cast(parameters.discount_rate as double),
            by_year.fiscal_year_no - min(by_year.fiscal_year_no) over (partition by by_year.project_code)
        ) as growth,
        parameters.discount_rate,
        parameters.reporting_currency,
        parameters.as_of
    from by_year
    cross join parameters

)

select
    {{ surrogate_key(['discounted.project_code', 'discounted.fiscal_year']) }} as value_by_year_sk,
    projects.project_sk,
    discounted.project_code,
    projects.project_name,
    discounted.fiscal_year,
    cast(discounted.year_index as bigint) as year_index,
    cast(discounted.consumed as decimal(18, 2)) as consumed,
    cast(discounted.etc as decimal(18, 2)) as etc,
    case
        when discounted.cost_null_reason is null then cast(discounted.consumed + discounted.etc as decimal(18, 2))
    end as cost,
    discounted.cost_null_reason,
    case when discounted.benefits_null_reason is null then cast(discounted.benefits as decimal(18, 2)) end as benefits,
    case
        when discounted.benefits_null_reason is null then cast(discounted.benefits_cashable as decimal(18, 2))
    end as benefits_cashable,
    discounted.benefits_null_reason,
    case
        when discounted.net_null_reason is null
            then cast(discounted.benefits - discounted.consumed - discounted.etc as decimal(18, 2))
    end as net,
    case
        when discounted.net_null_reason is null
            then cast(discounted.benefits_cashable - discounted.consumed - discounted.etc as decimal(18, 2))
    end as net_cashable,
    discounted.net_null_reason,
    cast(discounted.discount_rate as decimal(18, 10)) as discount_rate,
    cast(1 / discounted.growth as decimal(18, 10)) as discount_factor,
    {% for net in ['benefits', 'benefits_cashable'] -%}
    case
        when discounted.net_null_reason is null
            then cast(
                cast(discounted.{{ net }} - discounted.consumed - discounted.etc as double) / discounted.growth
                as decimal(28, 10)
            )
    end as {{ 'present_value' if net == 'benefits' else 'present_value_cashable' }},
    {% endfor -%}
    coalesce(
        discounted.net_null_reason, case when discounted.discount_rate is null then 'no_discount_rate' end
    ) as present_value_null_reason,
    discounted.reporting_currency as currency,
    discounted.as_of
from discounted
inner join {{ ref('dim_project') }} as projects
    on discounted.project_code = projects.project_code
    and projects.is_current
