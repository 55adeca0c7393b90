{#- What both marts of earned value show of `int_evm_measures` as `measures`: each with the reason why it is null. -#}
{% macro evm_measure_columns() -%}
    {%- set names = [
        'percent_complete', 'pv', 'ev', 'ac', 'bac', 'cv', 'sv', 'cpi', 'spi', 'eac_cpi', 'eac_budget', 'eac_cpi_spi',
        'eac_pm', 'tcpi_bac', 'tcpi_eac', 'planned_periods', 'es', 'actual_periods', 'sv_t', 'spi_t', 'ieac_t'
    ] -%}
    {%- for name in names -%}
    measures.{{ name }},
    measures.{{ name }}_null_reason{{ "" if loop.last else "," }}
    {% endfor -%}
{%- endmacro %}
