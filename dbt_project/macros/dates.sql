{#- The date that a naive UTC moment has in a timezone. -#}
{% macro local_date(moment, timezone) -%}
    {{ return(adapter.dispatch('local_date', 'pmo_warehouse')(moment, timezone)) }}
{%- endmacro %}

{% macro duckdb__local_date(moment, timezone) -%}
    cast(timezone({{ timezone }}, timezone('UTC', {{ moment }})) as date)
{%- endmacro %}

{#- `FY26`, `FY2026`, `26` and `2026` name one fiscal year: `2026`. Any other label stays as it is. -#}
{% macro fiscal_year_label(expression) -%}
    case
        when regexp_replace(upper(trim({{ expression }})), '^FY ?', '') between '00' and '99'
            and length(regexp_replace(upper(trim({{ expression }})), '^FY ?', '')) = 2
            then '20' || regexp_replace(upper(trim({{ expression }})), '^FY ?', '')
        else regexp_replace(upper(trim({{ expression }})), '^FY ?', '')
    end
{%- endmacro %}

{#- The naive UTC moment at which a day begins in a timezone. -#}
{% macro start_of_local_day(day, timezone) -%}
    {{ return(adapter.dispatch('start_of_local_day', 'pmo_warehouse')(day, timezone)) }}
{%- endmacro %}

{% macro default__start_of_local_day(day, timezone) -%}
    {{ exceptions.raise_compiler_error('start_of_local_day has no implementation for ' ~ target.type) }}
{%- endmacro %}

{% macro duckdb__start_of_local_day(day, timezone) -%}
    timezone('UTC', timezone({{ timezone }}, cast({{ day }} as timestamp)))
{%- endmacro %}

{% macro spark__start_of_local_day(day, timezone) -%}
    to_utc_timestamp(cast({{ day }} as timestamp_ntz), {{ timezone }})
{%- endmacro %}
