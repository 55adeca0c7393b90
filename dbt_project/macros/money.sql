{#- Rounds once to the cent, half away from zero, as DECIMAL(18,2). Both engines round decimals that way. -#}
{% macro to_cents(expression) -%}
    cast(round({{ expression }}, 2) as decimal(18, 2))
{%- endmacro %}

{#- A factor cut to a width whose product with an amount (28,10) still fits 38 digits. -#}
{% macro exact(expression) -%}
    cast({{ expression }} as decimal(28, 10))
{%- endmacro %}

{#-
    Spreads `total` (cents) over the rows of a group in proportion to `share` (the exact amount of each row), by
    largest remainder: every row gets its share cut to the cent, then the rows with the largest cut-off parts one cent
    each until the group adds up. `group` and `tie_break` are lists of columns; the rank column must be computed with
    `largest_remainder_rank` in the CTE before.
-#}
{% macro largest_remainder_rank(share, group, tie_break) -%}
    row_number() over (
        partition by {{ group | join(', ') }}
        order by {{ share }} * 100 - floor({{ share }} * 100) desc, {{ tie_break | join(', ') }}
    )
{%- endmacro %}

{% macro largest_remainder(share, rank, group) -%}
    cast(
        (
            floor({{ share }} * 100)
            + case
                when {{ rank }} <= round(sum({{ share }}) over (partition by {{ group | join(', ') }}), 2) * 100
                    - sum(floor({{ share }} * 100)) over (partition by {{ group | join(', ') }})
                    then 1
                else 0
            end
        ) * 0.01 as decimal(18, 2)
    )
{%- endmacro %}
