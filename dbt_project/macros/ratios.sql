{#- A ratio of two numbers with ten decimals. The denominator is not 0. -#}
{% macro ratio(numerator, denominator) -%}
    cast(cast({{ numerator }} as double) / cast({{ denominator }} as double) as decimal(28, 10))
{%- endmacro %}

{#- The same with eighteen decimals, for what is computed on with; below ten thousand millions. -#}
{% macro precise_ratio(numerator, denominator) -%}
    cast(cast({{ numerator }} as double) / cast({{ denominator }} as double) as decimal(28, 18))
{%- endmacro %}

{#- So many percent of an amount, exact. -#}
{% macro earned_value(percent_complete, bac) -%}
    cast(cast({{ percent_complete }} * 0.01 as decimal(20, 12)) * {{ bac }} as decimal(38, 14))
{%- endmacro %}

{#- An amount that was computed with floating point, in cents. Ten decimals first, so that what is half a cent stays it. -#}
{% macro double_to_cents(expression) -%}
    {{ to_cents('cast(' ~ expression ~ ' as decimal(28, 10))') }}
{%- endmacro %}

{#- `out_of_range` for a number that no column holds: one divided by next to nothing. -#}
{% macro out_of_range(expression) -%}
    case when abs({{ expression }}) >= 1e15 then 'out_of_range' end
{%- endmacro %}
