{#- Rounds once to the cent, half away from zero, as DECIMAL(18,2). Both engines round decimals that way. -#}
{% macro to_cents(expression) -%}
    cast(round({{ expression }}, 2) as decimal(18, 2))
{%- endmacro %}

{#-
    A factor cut to a width whose product with an amount (28,10) still fits 38 digits. Rounding before the cast gives the
    same digits in half the time on DuckDB.
-#}
{% macro exact(expression) -%}
    cast(round({{ expression }}, 10) as decimal(28, 10))
{%- endmacro %}

{#- A factor of few digits, as most are, so that it can be multiplied in 64 bits; else null. -#}
{% macro short_factor(expression) -%}
    case when {{ expression }} = try_cast({{ expression }} as decimal(9, 4)) then try_cast({{ expression }} as decimal(9, 4)) end
{%- endmacro %}

{#- An exact amount at a rate of exchange, which is 1 for the reporting currency. -#}
{% macro exact_at_rate(amount, rate) -%}
    case when {{ rate }} = 1 then {{ amount }} else {{ exact(amount ~ ' * ' ~ rate) }} end
{%- endmacro %}

{#- An amount at a rate of exchange, to the cent. Nothing is nothing at an unknown rate, too. -#}
{% macro cents_at_rate(amount, rate) -%}
    case
        when {{ amount }} = 0 then 0.00
        when {{ rate }} = 1 then {{ to_cents(amount) }}
        else {{ to_cents(exact(amount) ~ ' * ' ~ rate) }}
    end
{%- endmacro %}

{#- An exact amount cut to the cent, with the cent that largest remainder gives it (null: none). -#}
{% macro cents_of(exact_amount, given_cent) -%}
    cast((floor({{ exact_amount }} * 100) + coalesce({{ given_cent }}, 0)) * 0.01 as decimal(18, 2))
{%- endmacro %}
