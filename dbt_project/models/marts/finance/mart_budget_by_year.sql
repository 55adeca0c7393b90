-- The position at the as-of period, split over fiscal years and treatments. A line or an amount without the one or the
-- other is `unassigned`. What is left of a forecast is what its latest years still hold: its earliest are consumed first.
{% set bases = ['booked', 'budget'] %}
{% set keys = ['project_code', 'cost_category', 'view_name', 'fx_basis', 'fiscal_year', 'capex_opex'] %}
with parameters as (

    select
        parameters.*,
        days.period_no as as_of_period_no
    from {{ ref('stg_control__run_parameters') }} as parameters
    inner join {{ ref('int_fiscal_days') }} as days
        on parameters.as_of = days.date_day

),

periods as (

    select * from {{ ref('int_fiscal_periods') }}

),

categories as (

    select * from {{ ref('stg_reference__cost_categories') }}

),

positions as (

    select
        positions.project_code,
        positions.cost_category,
        positions."view" as view_name,
        positions.fx_basis,
        positions.baseline_original,
        positions.baseline_revised,
        positions.consumed,
        positions.etc,
        positions.baseline_version_no,
        positions.forecast_cutoff_period,
        positions.baseline_null_reason,
        positions.consumed_null_reason,
        positions.etc_null_reason,
        coalesce(categories.capex_opex, 'unassigned') as category_treatment
    from {{ ref('mart_budget_position') }} as positions
    inner join periods
        on positions.period = periods.period
    inner join parameters
        on periods.period_no = parameters.as_of_period_no
    left join categories
        on positions.cost_category = categories.cost_category

),

budget_lines as (

    select
        lines.project_code,
        lines.cost_category,
        lines.version_no,
        versions.is_original,
        coalesce(periods.fiscal_year, 'unassigned') as fiscal_year,
        coalesce(lines.capex_opex, categories.capex_opex, 'unassigned') as capex_opex,
        sum(lines.amount_budget) as amount
    from {{ ref('int_budget_lines') }} as lines
    inner join {{ ref('int_budget_versions') }} as versions
        on lines.budget_version_sk = versions.budget_version_sk
    left join periods
        on lines.period = periods.period
    left join categories
        on lines.cost_category = categories.cost_category
    group by
        lines.project_code,
        lines.cost_category,
        lines.version_no,
        versions.is_original,
        coalesce(periods.fiscal_year, 'unassigned'),
        coalesce(lines.capex_opex, categories.capex_opex, 'unassigned')

),

baselines as (

    select
        positions.project_code,
        positions.cost_category,
        positions.view_name,
        positions.fx_basis,
        budget_lines.fiscal_year,
        budget_lines.capex_opex,
        sum(case when budget_lines.is_original then budget_lines.amount else 0 end) as baseline_original,
        sum(case when budget_lines.version_no = positions.baseline_version_no then budget_lines.amount else 0 end)
            as baseline_revised
    from positions
    inner join budget_lines
        on positions.project_code = budget_lines.project_code
        and positions.cost_category = budget_lines.cost_category
        and (budget_lines.is_original or budget_lines.version_no = positions.baseline_version_no)
    group by
        positions.project_code,
        positions.cost_category,
        positions.view_name,
        positions.fx_basis,
        budget_lines.fiscal_year,
        budget_lines.capex_opex

),

consumed as (

    {% for view_name, period_column in [('as_reported', 'period_no'), ('restated', 'charge_period_no')] -%}
    {% for basis in bases -%}
    select
        txns.project_code,
        txns.cost_category,
        '{{ view_name }}' as view_name,
        '{{ basis }}' as fx_basis,
        periods.fiscal_year,
        coalesce(txns.capex_opex, 'unassigned') as capex_opex,
        sum(txns.amount_{{ basis }}) as consumed
    from {{ ref('int_actual_txn_sums') }} as txns
    cross join parameters
    inner join periods
        on txns.{{ period_column }} = periods.period_no
        and periods.period_no <= parameters.as_of_period_no
    where txns.counts_in_consumed
    group by
        txns.project_code,
        txns.cost_category,
        periods.fiscal_year,
        coalesce(txns.capex_opex, 'unassigned')
    {% if not (loop.last and view_name == 'restated') %}union all{% endif %}
    {% endfor -%}
    {% endfor %}

),

in_force as (

    select distinct
        project_code,
        forecast_cutoff_period
    from positions

),

forecast_lines as (

    select
        lines.project_code,
        lines.cost_category,
        coalesce(periods.fiscal_year, 'unassigned') as fiscal_year,
        coalesce(periods.period_no, 999999) as period_no,
        {{ to_cents('lines.exact_amount_tx * closing_rates.rate') }} as amount_booked,
        lines.amount_budget
    from {{ ref('int_forecast_lines') }} as lines
    cross join parameters
    inner join in_force
        on lines.project_code = in_force.project_code
        and lines.cutoff_period = in_force.forecast_cutoff_period
    left join periods
        on lines.period = periods.period
    left join {{ ref('int_closing_rates') }} as closing_rates
        on lines.currency = closing_rates.currency
        and parameters.as_of_period_no = closing_rates.period_no
    where lines.scenario = 'pm'

),

forecast_years as (

    select
        project_code,
        cost_category,
        fiscal_year,
        min(period_no) as first_period_no,
        sum(amount_booked) as amount_booked,
        sum(amount_budget) as amount_budget
    from forecast_lines
    group by
        project_code,
        cost_category,
        fiscal_year

),

forecast_rated as (

    select
        project_code,
        cost_category,
        fiscal_year,
        first_period_no,
        {% for measure in ['amount_booked', 'amount_budget'] -%}
        sum(coalesce({{ measure }}, 0)) over (
            partition by project_code, cost_category
            order by first_period_no rows between unbounded preceding and current row
        ) as {{ measure }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from forecast_years

),

forecast_left as (

    select
        positions.project_code,
        positions.cost_category,
        positions.view_name,
        positions.fx_basis,
        positions.category_treatment,
        positions.etc,
        rated.fiscal_year,
        rated.first_period_no,
        case positions.fx_basis when 'booked' then rated.amount_booked else rated.amount_budget end as amount
    from positions
    inner join forecast_rated as rated
        on positions.project_code = rated.project_code
        and positions.cost_category = rated.cost_category
    where positions.etc is not null

),

forecast_worked_down as (

    select
        *,
        greatest(0, amount - (
            last_value(amount) over (
                partition by project_code, cost_category, view_name, fx_basis
                order by first_period_no rows between unbounded preceding and unbounded following
            ) - etc
        )) as left_by_then
    from forecast_left

),

forecast_split as (

    select
        project_code,
        cost_category,
        view_name,
        fx_basis,
        fiscal_year,
        category_treatment as capex_opex,
        left_by_then - lag(left_by_then, 1, 0) over (
            partition by project_code, cost_category, view_name, fx_basis order by first_period_no
        ) as etc
    from forecast_worked_down

),

-- What no year's lines account for: an estimate below zero (more consumed than forecast at completion), or one that grew
-- by credits since the cutoff.
forecasts as (

    select * from forecast_split
    union all
    select
        positions.project_code,
        positions.cost_category,
        positions.view_name,
        positions.fx_basis,
        'unassigned',
        positions.category_treatment,
        positions.etc - coalesce(sums.etc, 0)
    from positions
    left join (
        select project_code, cost_category, view_name, fx_basis, sum(etc) as etc
        from forecast_split
        group by project_code, cost_category, view_name, fx_basis
    ) as sums
        on positions.project_code = sums.project_code
        and positions.cost_category = sums.cost_category
        and positions.view_name = sums.view_name
        and positions.fx_basis = sums.fx_basis
    where positions.etc <> coalesce(sums.etc, 0)

),

parts as (

    select {{ keys | join(', ') }}, baseline_original, baseline_revised, 0 as consumed, 0 as etc
    from baselines
    union all
    select {{ keys | join(', ') }}, 0, 0, consumed, 0
    from consumed
    union all
    select {{ keys | join(', ') }}, 0, 0, 0, etc
    from forecasts

),

added as (

    select
        {{ keys | join(', ') }},
        {% for measure in ['baseline_original', 'baseline_revised', 'consumed', 'etc'] -%}
        coalesce(sum({{ measure }}), 0) as {{ measure }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from parts
    group by {{ keys | join(', ') }}

),

-- Unknown in the position is unknown in every year of it.
final as (

    select
        added.project_code,
        added.cost_category,
        added.view_name,
        added.fx_basis,
        added.fiscal_year,
        added.capex_opex,
        {% for measure in ['baseline_original', 'baseline_revised', 'consumed', 'etc'] -%}
        case when positions.{{ measure }} is not null then added.{{ measure }} end as {{ measure }},
        {% endfor -%}
        positions.baseline_null_reason,
        positions.consumed_null_reason,
        positions.etc_null_reason
    from added
    inner join positions
        on added.project_code = positions.project_code
        and added.cost_category = positions.cost_category
        and added.view_name = positions.view_name
        and added.fx_basis = positions.fx_basis

)

select
    {{ surrogate_key([
        'final.project_code', 'final.fiscal_year', 'final.capex_opex', 'final.cost_category', 'final.view_name',
        'final.fx_basis'
    ]) }} as budget_by_year_sk,
    projects.project_sk,
    final.project_code,
    projects.project_name,
    final.fiscal_year,
    final.capex_opex,
    final.cost_category,
    final.view_name as "view",
    final.fx_basis,
    parameters.reporting_currency as currency,
    parameters.as_of,
    cast(final.baseline_original as decimal(18, 2)) as baseline_original,
    cast(final.baseline_revised as decimal(18, 2)) as baseline_revised,
    cast(final.consumed as decimal(18, 2)) as consumed,
    cast(final.etc as decimal(18, 2)) as etc,
    cast(final.consumed + final.etc as decimal(18, 2)) as eac,
    final.baseline_null_reason,
    final.consumed_null_reason,
    final.etc_null_reason
from final
cross join parameters
inner join {{ ref('dim_project') }} as projects
    on final.project_code = projects.project_code
    and projects.is_current
