-- The change of each measure since the last period in which it was known; the first known value is a whole movement.
{% set measures = [
    'baseline_original', 'baseline_revised', 'pre_committed', 'committed_open', 'committed_total', 'consumed_posted',
    'consumed_accrued', 'consumed', 'consumed_capex', 'consumed_opex', 'etc', 'eac', 'to_commit', 'available', 'vac',
    'fx_effect', 'invoiced', 'paid', 'to_pay', 'over_invoiced_amount'
] %}
select
    {{ surrogate_key(["'movement'", 'budget_position_sk']) }} as budget_movement_sk,
    project_sk,
    project_code,
    project_name,
    cost_category,
    period,
    period_end_on,
    "view",
    fx_basis,
    currency,
    as_of,
    is_partial_period,
    {% for measure in measures -%}
    {% set movement = 'cast(' ~ measure ~ ' - coalesce(' ~ last_known(
        measure, ['project_code', 'cost_category', '"view"', 'fx_basis'], 'period_end_on'
    ) ~ ', 0) as decimal(18, 2))' -%}
    {{ movement }} as {{ measure }},
    {% if measure == 'baseline_revised' -%}
    {{ movement }} as bac,
    {% elif measure == 'consumed' -%}
    {{ movement }} as ac,
    {% endif -%}
    {% endfor -%}
    baseline_null_reason,
    baseline_original_null_reason,
    consumed_null_reason,
    commitment_null_reason,
    etc_null_reason,
    paid_null_reason
from {{ ref('mart_budget_position') }}
