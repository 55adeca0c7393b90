-- Over fiscal years and treatments, every category is what the position says at the as-of period.
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
where positions.as_of <= positions.period_end_on
    and (
        false
        {% for measure in measures -%}
        or positions.{{ measure }} <> coalesce(years.{{ measure }}, 0)
        {% endfor %}
    )
