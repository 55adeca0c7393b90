-- The change of each measure since the last period in which it was known; the first known value is a whole movement.
{% set measures = [
    'baseline_original', 'baseline_revised', 'pre_committed', 'committed_open', 'committed_total', 'consumed_posted',
    'consumed_accrued', 'consumed', 'consumed_capex', 'consumed_opex', 'etc', 'eac', 'to_commit', 'available', 'vac',
    'fx_effect', 'invoiced', 'paid', 'to_pay', 'over_invoiced_amount'
] %}
with positions as (

    select * from {{ ref('mart_budget_position') }}

),

movements as (

    select
        budget_position_sk,
        {% for measure in measures -%}
        case
            when {{ measure }} is not null
                then cast({{ measure }} - coalesce(lag({{ measure }}) over (
                    partition by project_code, cost_category, "view", fx_basis, {{ measure }} is null
                    order by period_end_on
                ), 0) as decimal(18, 2))
        end as {{ measure }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from positions

)

select
    {{ surrogate_key(["'movement'", 'positions.budget_position_sk']) }} as budget_movement_sk,
    positions.project_sk,
    positions.project_code,
    positions.project_name,
    positions.cost_category,
    positions.period,
    positions.period_end_on,
    positions."view",
    positions.fx_basis,
    positions.currency,
    positions.as_of,
    positions.is_partial_period,
    {% for measure in measures -%}
    movements.{{ measure }},
    {% if measure == 'baseline_revised' -%}
    movements.baseline_revised as bac,
    {% elif measure == 'consumed' -%}
    movements.consumed as ac,
    {% endif -%}
    {% endfor -%}
    positions.baseline_null_reason,
    positions.consumed_null_reason,
    positions.commitment_null_reason,
    positions.etc_null_reason,
    positions.paid_null_reason
from positions
inner join movements
    on positions.budget_position_sk = movements.budget_position_sk
