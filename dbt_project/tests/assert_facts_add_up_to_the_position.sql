-- The rows of fct_actual_txn are the whole of consumed, in both views and on both bases.
with facts as (

    {% for view_name, period_column in [('as_reported', 'period'), ('restated', 'charge_period')] -%}
    {% for basis, amount in [('booked', 'amount_fn'), ('budget', 'amount_budget_rate')] -%}
    select
        facts.project_code,
        facts.cost_category,
        '{{ view_name }}' as view_name,
        '{{ basis }}' as fx_basis,
        sum(facts.{{ amount }}) as consumed,
        count(*) = count(facts.{{ amount }}) as is_known
    from {{ ref('fct_actual_txn') }} as facts
    cross join {{ ref('stg_control__run_parameters') }} as parameters
    inner join {{ ref('int_fiscal_periods') }} as periods
        on facts.{{ period_column }} = periods.period
        and periods.start_on <= parameters.as_of
    where facts.counts_in_consumed
    group by
        facts.project_code,
        facts.cost_category
    {% if not (loop.last and view_name == 'restated') %}union all{% endif %}
    {% endfor -%}
    {% endfor %}

)

select
    facts.*,
    positions.consumed as position_consumed
from facts
inner join {{ ref('mart_budget_position') }} as positions
    on facts.project_code = positions.project_code
    and facts.cost_category = positions.cost_category
    and facts.view_name = positions."view"
    and facts.fx_basis = positions.fx_basis
    and positions.as_of <= positions.period_end_on
where facts.is_known and facts.consumed <> positions.consumed
