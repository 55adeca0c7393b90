{# The rows of one view, and of one currency basis: each row of the position stands once for each. #}
{% macro in_chosen_view() -%}
"view" = '{{ one_of('view', ['as_reported', 'restated']) }}'
{%- endmacro %}

{% macro in_chosen_basis() -%}
fx_basis = '{{ one_of('fx_basis', ['booked', 'budget']) }}'
{%- endmacro %}

{% macro one_of(name, values) -%}
{%- if var(name) not in values -%}
{{ exceptions.raise_compiler_error("vars: " ~ name ~ " is '" ~ var(name) ~ "'; use one of: " ~ values | join(', ')) }}
{%- endif -%}
{{ var(name) }}
{%- endmacro %}
