{#-
    The measures of a mart as rows, one per measure, for `fct_published_snapshot`. `relation` is a query by the name of
    a CTE with one row per project, view and currency basis: `project_code`, `view_name`, `fx_basis`, `period`,
    `currency`, and of each measure its value and `<measure>_null_reason`. A mart without one of them has null there.
-#}
{% macro figures_of(mart, relation, measures) %}
    {%- for measure in measures %}
    select
        project_code,
        '{{ mart }}' as mart,
        '{{ measure }}' as measure,
        view_name,
        fx_basis,
        period,
        currency,
        cast({{ measure }} as decimal(38, 9)) as "value",
        {{ measure }}_null_reason as null_reason
    from {{ relation }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{% endmacro %}
