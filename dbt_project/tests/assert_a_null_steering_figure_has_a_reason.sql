-- A figure is null exactly where its reason is not.
{% set figures = {
    'mart_schedule_milestones': ['slip_days', 'slip_working_days', 'slip_change', 'rag'],
    'mart_dependencies': ['float_days', 'chain_depth'],
    'mart_risk_exposure': ['emv_inherent', 'emv_residual', 'impact_open', 'contingency_cover'],
    'mart_scope_change': ['cost_delta', 'decision_age', 'cumulative_cost_delta', 'cumulative_vs_original', 'unexplained_delta',
        'oldest_open_days'],
    'mart_decisions_actions': ['overdue_count', 'overdue_days_max', 'open_age_days', 'open_age_days_max', 'days_to_decide'],
    'mart_initiative_funnel': ['days_in_stage', 'age_days'],
    'fct_change_request': ['cost_delta', 'decision_days'],
    'fct_risk_snapshot': ['emv_inherent', 'emv_residual']
} %}
{% for mart, columns in figures.items() -%}
{% set last_mart = loop.last -%}
{% for column in columns -%}
select '{{ mart }}' as mart, '{{ column }}' as figure, count(*) as rows_without
from {{ ref(mart) }}
where ({{ column }} is null) <> ({{ column }}_null_reason is not null)
having count(*) > 0
{% if not (last_mart and loop.last) %}union all
{% endif -%}
{% endfor -%}
{% endfor %}
