-- Over its vendors, a project's open commitments, what is over-invoiced, invoiced and paid are those of the position. A
-- closed period as reported is a copy, which later knowledge of vendors and rates does not change.
{% set measures = ['committed_open', 'over_invoiced_amount', 'invoiced', 'paid'] %}
with vendors as (

    select
        project_code,
        period,
        "view",
        fx_basis,
        {% for measure in measures -%}
        case when count(*) = count({{ measure }}) then sum({{ measure }}) end as {{ measure }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('mart_vendor_position') }}
    group by project_code, period, "view", fx_basis

),

positions as (

    select
        project_code,
        period,
        "view",
        fx_basis,
        {% for measure in measures -%}
        case when count(*) = count({{ measure }}) then sum({{ measure }}) end as {{ measure }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('mart_budget_position') }}
    group by project_code, period, "view", fx_basis

)

select positions.*
from positions
cross join {{ ref('int_closing') }} as closing
inner join {{ ref('int_fiscal_periods') }} as periods
    on positions.period = periods.period
left join vendors
    on positions.project_code = vendors.project_code
    and positions.period = vendors.period
    and positions."view" = vendors."view"
    and positions.fx_basis = vendors.fx_basis
where (positions."view" = 'restated' or periods.period_no > closing.closed_through_no)
    and (false
    {% for measure in measures -%}
    or (vendors.project_code is null and positions.{{ measure }} <> 0)
    or positions.{{ measure }} <> vendors.{{ measure }}
    {% endfor %}
    )
