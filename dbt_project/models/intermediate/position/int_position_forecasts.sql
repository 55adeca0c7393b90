-- The forecast in force at each period's end (the project manager's, newest cutoff) and its lines per category, on both
-- bases: open amounts in a foreign currency at the closing rate of that period, or at the budget rate.
with project_periods as (

    select distinct
        project_code,
        period_no
    from {{ ref('int_position_grid') }}

),

lines as (

    select *
    from {{ ref('int_forecast_lines') }}
    where scenario = 'pm'

),

in_force as (

    select
        project_periods.project_code,
        project_periods.period_no,
        max(lines.cutoff_period_no) as cutoff_period_no
    from project_periods
    inner join (select distinct project_code, cutoff_period_no from lines) as lines
        on project_periods.project_code = lines.project_code
        and lines.cutoff_period_no <= project_periods.period_no
    group by
        project_periods.project_code,
        project_periods.period_no

),

rated as (

    select
        in_force.project_code,
        in_force.period_no,
        in_force.cutoff_period_no,
        lines.cost_category,
        lines.basis,
        {{ to_cents('lines.exact_amount_tx * closing_rates.rate') }} as amount_booked,
        lines.amount_budget
    from in_force
    left join lines
        on in_force.project_code = lines.project_code
        and in_force.cutoff_period_no = lines.cutoff_period_no
    left join {{ ref('int_closing_rates') }} as closing_rates
        on lines.currency = closing_rates.currency
        and in_force.period_no = closing_rates.period_no

)

{% for basis in ['booked', 'budget'] -%}
select
    project_code,
    period_no,
    cutoff_period_no,
    cost_category,
    '{{ basis }}' as fx_basis,
    {% for kind in ['to_complete', 'at_completion'] -%}
    sum(case when basis = '{{ kind }}' then amount_{{ basis }} else 0 end) as {{ kind }}_amount,
    {% endfor -%}
    max(case when basis = 'at_completion' then 1 else 0 end) = 1 as has_at_completion,
    count(amount_{{ basis }}) = count(basis) as is_rated
from rated
group by
    project_code,
    period_no,
    cutoff_period_no,
    cost_category
{% if not loop.last %}union all{% endif %}
{% endfor %}
