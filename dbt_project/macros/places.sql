{#- Where the rows of a group stand, for a person: file, sheet and first place. Group by path and sheet of the alias. -#}
{% macro first_place(alias) -%}
    {{ alias }}.source_path || coalesce(', sheet ' || {{ alias }}.source_sheet, '') || ', '
    || coalesce(min_by({{ alias }}.source_place, {{ alias }}.source_row), '')
    || case when count(*) > 1 then ' and ' || cast(count(*) - 1 as {{ dbt.type_string() }}) || ' more' else '' end
{%- endmacro %}
