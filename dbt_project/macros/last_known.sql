{#- The last value of `column` that is not null in the rows before this one, of the rows with equal `partition`. -#}
{% macro last_known(column, partition, order) -%}
    {{ return(adapter.dispatch('last_known', 'pmo_warehouse')(column, partition, order)) }}
{%- endmacro %}

{% macro default__last_known(column, partition, order) -%}
    {{ exceptions.raise_compiler_error('last_known has no implementation for ' ~ target.type) }}
{%- endmacro %}

{% macro duckdb__last_known(column, partition, order) -%}
    lag({{ column }} ignore nulls) over (partition by {{ partition | join(', ') }} order by {{ order }})
{%- endmacro %}

{% macro spark__last_known(column, partition, order) -%}
    last_value({{ column }}, true) over (
        partition by {{ partition | join(', ') }} order by {{ order }} rows between unbounded preceding and 1 preceding
    )
{%- endmacro %}
