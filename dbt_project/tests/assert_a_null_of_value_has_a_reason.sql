-- A figure is null where its reason stands, and nowhere else.
{% set figures = {
    'fct_value_by_year': ['cost', 'benefits', 'net', 'present_value'],
    'mart_benefits_roi': [
        'planned', 'realised', 'planned_to_date', 'realised_to_date', 'planned_total', 'realisation',
        'realisation_of_total', 'npv', 'roi', 'payback'
    ],
    'mart_portfolio_prioritisation': ['alignment', 'rank', 'wsjf', 'wsjf_rank', 'npv_at_eac', 'expected_loss', 'risk_adj'],
    'mart_adoption_satisfaction': [
        'adoption', 'adoption_depth', 'response_rate', 'nps', 'csat', 'nps_response_rate', 'csat_response_rate',
        'training_completion_rate'
    ],
    'mart_capacity_skill': ['supply', 'demand', 'gap', 'gap_fte', 'booked', 'utilisation']
} %}
{% for mart, columns in figures.items() -%}
{% for column in columns -%}
select '{{ mart }}.{{ column }}' as figure, count(*) as rows_of_it
from {{ ref(mart) }}
where ({{ column }} is null) <> ({{ column }}_null_reason is not null)
having count(*) > 0
{% if not loop.last %}union all
{% endif -%}
{% endfor -%}
{% if not loop.last %}union all
{% endif -%}
{% endfor %}
