{% set measures = [
    'percent_complete', 'pv', 'ev', 'ac', 'bac', 'cv', 'sv', 'cpi', 'spi', 'eac_cpi', 'eac_budget', 'eac_cpi_spi', 'eac_pm',
    'tcpi_bac', 'tcpi_eac', 'planned_periods', 'es', 'actual_periods', 'sv_t', 'spi_t', 'ieac_t'
] %}
{% for mart in ['mart_evm_period', 'mart_evm_wbs_period'] %}
select project_code, period, "view"
from {{ ref(mart) }}
where
    {% for measure in measures -%}
    ({{ measure }} is null) <> ({{ measure }}_null_reason is not null){% if not loop.last %} or {% endif %}
    {% endfor %}
union all
{% endfor %}
select project_code, period, "view"
from {{ ref('mart_evm_period') }}
where (loe_share is null) <> (loe_share_null_reason is not null)
