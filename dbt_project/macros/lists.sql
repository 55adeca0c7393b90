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

{#- The distinct values of a group as one text, in order, with a comma and a space between them; null for none. -#}
{% macro joined_values(expression) -%}
    {{ return(adapter.dispatch('joined_values', 'pmo_warehouse')(expression)) }}
{%- endmacro %}

{% macro default__joined_values(expression) -%}
    {{ exceptions.raise_compiler_error('joined_values has no implementation for ' ~ target.type) }}
{%- endmacro %}

{% macro duckdb__joined_values(expression) -%}
    string_agg(distinct {{ expression }}, ', ' order by {{ expression }})
{%- endmacro %}

{% macro spark__joined_values(expression) -%}
    nullif(array_join(sort_array(collect_set({{ expression }})), ', '), '')
{%- endmacro %}
