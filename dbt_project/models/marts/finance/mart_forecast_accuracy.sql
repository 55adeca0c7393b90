-- Every forecast against what came after its cutoff, at the budget rate, so that an exchange rate is no forecast error.
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

lines as (

    select * from {{ ref('int_forecast_lines') }}

),

positions as (

    select
        positions.project_code,
        positions.cost_category,
        positions."view" as view_name,
        positions.consumed,
        positions.is_partial_period,
        periods.period_no
    from {{ ref('mart_budget_position') }} as positions
    inner join {{ ref('int_fiscal_periods') }} as periods
        on positions.period = periods.period
    where positions.fx_basis = 'budget'

),

consumed as (

    select
        project_code,
        view_name,
        period_no,
        is_partial_period,
        case when count(*) = count(consumed) then sum(consumed) end as consumed
    from positions
    group by
        project_code,
        view_name,
        period_no,
        is_partial_period

),

by_category as (

    select
        project_code,
        cutoff_period,
        cutoff_period_no,
        scenario,
        cost_category,
        max(case when basis = 'at_completion' then 1 else 0 end) as has_at_completion,
        case when count(*) = count(amount_budget) then sum(amount_budget) end as amount
    from lines
    group by
        project_code,
        cutoff_period,
        cutoff_period_no,
        scenario,
        cost_category

),

to_complete as (

    select
        by_category.*,
        positions.view_name,
        case
            when by_category.has_at_completion = 1 then by_category.amount - positions.consumed
            else by_category.amount
        end as etc
    from by_category
    inner join positions
        on by_category.project_code = positions.project_code
        and by_category.cost_category = positions.cost_category
        and by_category.cutoff_period_no = positions.period_no

),

forecasts as (

    select
        project_code,
        cutoff_period,
        cutoff_period_no,
        scenario,
        view_name,
        max(has_at_completion) as has_at_completion,
        case when count(*) = count(etc) then sum(etc) end as etc
    from to_complete
    group by
        project_code,
        cutoff_period,
        cutoff_period_no,
        scenario,
        view_name

),

horizons as (

    select
        forecasts.*,
        at_cutoff.consumed as consumed_at_cutoff,
        coalesce(later.period_no, forecasts.cutoff_period_no) as period_no,
        coalesce(later.period_no - forecasts.cutoff_period_no, 0) as horizon,
        later.consumed - at_cutoff.consumed as consumed_since,
        coalesce(later.is_partial_period, at_cutoff.is_partial_period) as is_partial_period
    from forecasts
    inner join consumed as at_cutoff
        on forecasts.project_code = at_cutoff.project_code
        and forecasts.view_name = at_cutoff.view_name
        and forecasts.cutoff_period_no = at_cutoff.period_no
    left join consumed as later
        on forecasts.project_code = later.project_code
        and forecasts.view_name = later.view_name
        and forecasts.cutoff_period_no < later.period_no

),

line_sums as (

    select
        project_code,
        cutoff_period_no,
        scenario,
        period_no,
        coalesce(sum(amount_budget), 0) as amount,
        sum(case when amount_budget is null then 1 else 0 end) as unrated
    from lines
    where period_no > cutoff_period_no
    group by
        project_code,
        cutoff_period_no,
        scenario,
        period_no

),

-- The periods after a cutoff follow each other without a gap, so a running sum over the horizon is the forecast so far.
phased as (

    select
        horizons.*,
        {% for measure in ['amount', 'unrated'] -%}
        sum(coalesce(line_sums.{{ measure }}, 0)) over (
            partition by horizons.project_code, horizons.cutoff_period_no, horizons.scenario, horizons.view_name
            order by horizons.horizon rows between unbounded preceding and current row
        ) as phased_{{ measure }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from horizons
    left join line_sums
        on horizons.project_code = line_sums.project_code
        and horizons.cutoff_period_no = line_sums.cutoff_period_no
        and horizons.scenario = line_sums.scenario
        and horizons.period_no = line_sums.period_no

),

unphased as (

    select
        project_code,
        cutoff_period_no,
        scenario,
        case when count(*) = count(amount_budget) then sum(amount_budget) end as amount
    from lines
    where period_no is null or period_no <= cutoff_period_no
    group by
        project_code,
        cutoff_period_no,
        scenario

),

measured as (

    select
        phased.*,
        case
            when phased.horizon = 0 then 'no_later_period'
            when phased.has_at_completion = 1 then 'not_phased'
            when phased.phased_unrated > 0 then 'no_rate'
        end as forecast_null_reason,
        case when unphased.project_code is null then cast(0 as decimal(18, 2)) else unphased.amount end as unphased_amount
    from phased
    left join unphased
        on phased.project_code = unphased.project_code
        and phased.cutoff_period_no = unphased.cutoff_period_no
        and phased.scenario = unphased.scenario

),

compared as (

    select
        *,
        case when forecast_null_reason is null then phased_amount end as forecast_amount,
        case when forecast_null_reason is null then consumed_since - phased_amount end as error_amount,
        case
            when forecast_null_reason is not null then forecast_null_reason
            when consumed_since is null then 'no_rate'
        end as error_null_reason
    from measured

)

select
    {{ surrogate_key([
        'compared.project_code', 'compared.cutoff_period', 'compared.scenario', 'compared.view_name', 'compared.horizon'
    ]) }} as forecast_accuracy_sk,
    projects.project_sk,
    compared.project_code,
    projects.project_name,
    compared.cutoff_period,
    compared.scenario,
    compared.view_name as "view",
    'budget' as fx_basis,
    cast(compared.horizon as integer) as horizon,
    periods.period,
    periods.end_on as period_end_on,
    compared.is_partial_period,
    cast(compared.consumed_at_cutoff as decimal(18, 2)) as consumed_at_cutoff,
    cast(compared.etc as decimal(18, 2)) as etc_at_cutoff,
    cast(compared.consumed_at_cutoff + compared.etc as decimal(18, 2)) as eac_at_cutoff,
    case when compared.consumed_at_cutoff + compared.etc is null then 'no_rate' end as eac_null_reason,
    cast(compared.unphased_amount as decimal(18, 2)) as unphased_amount,
    cast(compared.forecast_amount as decimal(18, 2)) as forecast_amount,
    compared.forecast_null_reason,
    cast(compared.consumed_since as decimal(18, 2)) as consumed_amount,
    cast(compared.error_amount as decimal(18, 2)) as error_amount,
    compared.error_null_reason,
    case
        when compared.consumed_since <> 0
            then cast(abs(compared.error_amount) / abs(compared.consumed_since) as decimal(28, 10))
    end as absolute_percentage_error,
    case
        when compared.error_null_reason is not null then compared.error_null_reason
        when compared.consumed_since = 0 then 'no_actuals'
    end as absolute_percentage_error_null_reason,
    parameters.reporting_currency as currency,
    parameters.as_of
from compared
cross join parameters
inner join {{ ref('int_fiscal_periods') }} as periods
    on compared.period_no = periods.period_no
inner join {{ ref('dim_project') }} as projects
    on compared.project_code = projects.project_code
    and projects.is_current
