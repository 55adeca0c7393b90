-- Over fiscal years and treatments, every category is what the position says at the as-of period; where that one
-- is closed, as restated.
{% set measures = ['baseline_original', 'baseline_revised', 'consumed', 'etc', 'eac'] %}
with years as (

    select
        project_code,
        cost_category,
        "view",
        fx_basis,
        {% for measure in measures -%}
        sum({{ measure }}) as {{ measure }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('mart_budget_by_year') }}
    group by project_code, cost_category, "view", fx_basis

)

select positions.budget_position_sk
from {{ ref('mart_budget_position') }} as positions
left join years
    on positions.project_code = years.project_code
    and positions.cost_category = years.cost_category
    and positions."view" = years."view"
    and positions.fx_basis = years.fx_basis
cross join {{ ref('int_closing') }} as closing
where positions.as_of <= positions.period_end_on
    and (positions."view" = 'restated' or closing.closed_through_on is null
        or closing.closed_through_on < positions.period_end_on)
    and (
        false
        {% for measure in measures -%}
        or positions.{{ measure }} <> coalesce(years.{{ measure }}, 0)
        {% endfor %}
    )
