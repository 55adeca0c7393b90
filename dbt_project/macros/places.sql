{#- Where the rows of a group stand, for a person: file, sheet and first place. Group by path and sheet of the alias. -#}
{% macro first_place(alias) -%}
    {{ alias }}.source_path || coalesce(', sheet ' || {{ alias }}.source_sheet, '') || ', '
    || coalesce(
        substr(min(lpad(cast({{ alias }}.source_row as {{ dbt.type_string() }}), 12, '0') || {{ alias }}.source_place), 13), ''
    )
    || case when count(*) > 1 then ' and ' || cast(count(*) - 1 as {{ dbt.type_string() }}) || ' more' else '' end
{%- endmacro %}

{#- The sheet of a fact's row, unless it is named after a person; `join_sheets_of_persons` brings what it reads. -#}
{% macro sheet_without_person(alias) -%}
    case
        when sheets_of_persons.source_sheet is null or parameters.published_people = 'names' then {{ alias }}.source_sheet
    end
{%- endmacro %}

{% macro join_sheets_of_persons(alias) -%}
    left join {{ ref('int_sheets_of_persons') }} as sheets_of_persons
        on {{ alias }}.source_path = sheets_of_persons.source_path
        and {{ alias }}.source_sheet = sheets_of_persons.source_sheet
{%- endmacro %}
