{#- Rounds once to the cent, half away from zero, as DECIMAL(18,2). Both engines round decimals that way. -#}
{% macro to_cents(expression) -%}
    cast(round({{ expression }}, 2) as decimal(18, 2))
{%- endmacro %}

{#- A factor cut to a width whose product with an amount (28,10) still fits 38 digits. -#}
{% macro exact(expression) -%}
    cast({{ expression }} as decimal(28, 10))
{%- endmacro %}

{#- An exact amount cut to the cent, with the cent that largest remainder gives it (null: none). -#}
{% macro cents_of(exact_amount, given_cent) -%}
    cast((floor({{ exact_amount }} * 100) + coalesce({{ given_cent }}, 0)) * 0.01 as decimal(18, 2))
{%- endmacro %}
