{% set measures = ['baseline_revised', 'committed_open', 'consumed_posted', 'consumed_accrued', 'consumed', 'etc', 'eac', 'vac'] %}
with positions as (

    select *
    from {{ ref('mart_budget_position') }}

),

running as (

    select
        project_code,
        cost_category,
        period,
        "view",
        fx_basis,
        {% for measure in measures -%}
        sum({{ measure }}) over (
            partition by project_code, cost_category, "view", fx_basis order by period_end_on
        ) as {{ measure }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('mart_budget_movement') }}

)

select positions.budget_position_sk
from positions
left join running
    on positions.project_code = running.project_code
    and positions.cost_category = running.cost_category
    and positions.period = running.period
    and positions."view" = running."view"
    and positions.fx_basis = running.fx_basis
where running.project_code is null
    {% for measure in measures -%}
    or (positions.{{ measure }} is not null and positions.{{ measure }} <> running.{{ measure }})
    {% endfor %}
