{#- A text in capitals with its letters and digits only, to compare codes that differ in writing alone. -#}
{% macro letters_and_digits(expression) -%}
    {{ return(adapter.dispatch('letters_and_digits', 'pmo_warehouse')(expression)) }}
{%- endmacro %}

{% macro default__letters_and_digits(expression) -%}
    {{ exceptions.raise_compiler_error('letters_and_digits has no implementation for ' ~ target.type) }}
{%- endmacro %}

{% macro duckdb__letters_and_digits(expression) -%}
    regexp_replace(upper({{ expression }}), '[^\p{L}\p{N}]', '', 'g')
{%- endmacro %}

{% macro spark__letters_and_digits(expression) -%}
    regexp_replace(upper({{ expression }}), '[^\\p{L}\\p{N}]', '')
{%- endmacro %}

{#- The digits of a text. -#}
{% macro digits(expression) -%}
    {{ return(adapter.dispatch('digits', 'pmo_warehouse')(expression)) }}
{%- endmacro %}

{% macro default__digits(expression) -%}
    {{ exceptions.raise_compiler_error('digits has no implementation for ' ~ target.type) }}
{%- endmacro %}

{% macro duckdb__digits(expression) -%}
    regexp_replace({{ expression }}, '[^0-9]', '', 'g')
{%- endmacro %}

{% macro spark__digits(expression) -%}
    regexp_replace({{ expression }}, '[^0-9]', '')
{%- endmacro %}

{#-
    Whether a status in the register's own words says that nothing is to come: true, or false where it says anything else
    or nothing. `only_cancelled`: whether it says that it was given up.
-#}
{% macro is_closed_status(status, only_cancelled=false) -%}
    {%- set cancelled = ['cancelled', 'canceled', 'rejected', 'withdrawn', 'obsolete', 'dropped', 'expired', 'retired'] -%}
    {%- set reached = ['closed', 'done', 'delivered', 'completed', 'complete', 'resolved', 'met', 'satisfied', 'fulfilled',
                       'occurred', 'materialised', 'materialized'] -%}
    coalesce(
        lower(trim({{ status }})) in ('{{ (cancelled if only_cancelled else cancelled + reached) | join("', '") }}'), false
    )
{%- endmacro %}
