{#-
    The entries of a comma list, one a row, with the spaces around them; null gives none. A table function:
    `cross join lateral {{ split_list('changes.to_value') }} as listed (member)`.
-#}
{% macro split_list(list_text) -%}
    {{ return(adapter.dispatch('split_list', 'pmo_warehouse')(list_text)) }}
{%- endmacro %}

{% macro default__split_list(list_text) -%}
    {{ exceptions.raise_compiler_error('split_list has no implementation for ' ~ target.type) }}
{%- endmacro %}

{% macro duckdb__split_list(list_text) -%}
    unnest(string_split({{ list_text }}, ','))
{%- endmacro %}

{% macro spark__split_list(list_text) -%}
    explode(split({{ list_text }}, ','))
{%- endmacro %}
