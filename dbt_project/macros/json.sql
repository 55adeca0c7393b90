{#-
    The members of a JSON array that a column keeps as text, one a row, as text themselves: an object as JSON, a text
    without its quotes. An empty array and null give none. A table function:
    `cross join lateral {{ unnest_json('issues.links') }} as link (member)`.
-#}
{% macro unnest_json(json_text) -%}
    {{ return(adapter.dispatch('unnest_json', 'pmo_warehouse')(json_text)) }}
{%- endmacro %}

{% macro default__unnest_json(json_text) -%}
    {{ exceptions.raise_compiler_error('unnest_json has no implementation for ' ~ target.type) }}
{%- endmacro %}

{% macro duckdb__unnest_json(json_text) -%}
    unnest(cast(cast({{ json_text }} as json) as varchar[]))
{%- endmacro %}

{% macro spark__unnest_json(json_text) -%}
    explode(from_json({{ json_text }}, 'array<string>'))
{%- endmacro %}

{#- The member `name` of a JSON object, as text; null where the object lacks it or holds null. -#}
{% macro json_member(json_text, name) -%}
    {{ return(adapter.dispatch('json_member', 'pmo_warehouse')(json_text, name)) }}
{%- endmacro %}

{% macro default__json_member(json_text, name) -%}
    {{ exceptions.raise_compiler_error('json_member has no implementation for ' ~ target.type) }}
{%- endmacro %}

{% macro duckdb__json_member(json_text, name) -%}
    json_extract_string({{ json_text }}, '$.{{ name }}')
{%- endmacro %}

{% macro spark__json_member(json_text, name) -%}
    get_json_object({{ json_text }}, '$.{{ name }}')
{%- endmacro %}
