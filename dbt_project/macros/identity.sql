{#-
    The two joins that resolve a source's project code, and the expression that reads them. `codes` is an alias with
    the code in `column` and the row's date in `dated_on`; one row in, one row out.
-#}
{% macro join_project(codes, system, column='project', dated_on='dated_on') -%}
    left join {{ ref('int_project_crosswalk') }} as project_crosswalk
        on project_crosswalk.source_system = '{{ system }}'
        and project_crosswalk.source_id = {{ codes }}.{{ column }}
        and {{ codes }}.{{ dated_on }} between project_crosswalk.valid_from and project_crosswalk.valid_to
    left join {{ ref('int_projects') }} as own_project
        on own_project.project_code = {{ codes }}.{{ column }}
{%- endmacro %}

{% macro resolved_project() -%}
    coalesce(project_crosswalk.project_code, own_project.project_code, 'unmapped')
{%- endmacro %}
