{#-
    The rows of a register table that count at the as-of date, each with the project its code means: `project_code`
    (`unmapped` where nobody mapped it; null where the cell is blank), `source_project`, the `columns`, and its lineage.

    `dated_on` is the row's own date, as SQL over the alias `received`: a row dated after the as-of date does not count,
    one without a date does. `by_period` is for rows with a label of the fiscal calendar instead: all of them count,
    with `stated_period`, `period` (null where the calendar has no such label), `period_no`, `period_start_on` and
    `period_end_on`. The code is resolved on the row's date, on the as-of date where that is earlier or there is none.

    `done_on` names columns with the date on which something came about: null until the as-of date has reached it.
    `table` is a model of staging, `system` the source system in the crosswalk, `project` the column with the code.
-#}
{% macro register_rows(table, columns, dated_on=none, by_period=false, done_on=[], system='register', project='project') -%}
    with parameters as (

        select * from {{ ref('stg_control__run_parameters') }}

    ),

    dated as (

        select
            received.*,
            {% if by_period -%}
            periods.period as known_period,
            periods.period_no,
            periods.start_on as period_start_on,
            periods.end_on as period_end_on,
            least(coalesce(periods.end_on, parameters.as_of), parameters.as_of) as dated_on
            {%- else -%}
            coalesce({{ dated_on or 'null' }}, parameters.as_of) as dated_on
            {%- endif %}
        from {{ ref(table) }} as received
        cross join parameters
        {% if by_period -%}
        left join {{ ref('int_fiscal_periods') }} as periods
            on received.period = periods.period
        {%- elif dated_on -%}
        where coalesce({{ dated_on }}, parameters.as_of) <= parameters.as_of
        {%- endif %}

    )

    select
        case when dated.{{ project }} is not null then {{ resolved_project() }} end as project_code,
        dated.{{ project }} as source_project,
        {% if by_period -%}
        dated.period as stated_period,
        dated.known_period as period,
        dated.period_no,
        dated.period_start_on,
        dated.period_end_on,
        {% endif -%}
        {% for column in columns -%}
        {% if column in done_on -%}
        case when dated.{{ column }} <= parameters.as_of then dated.{{ column }} end as {{ column }},
        {% else -%}
        dated.{{ column }},
        {% endif -%}
        {% endfor -%}
        {% for column in ['batch_id', 'file_hash', 'source_path', 'source_sheet', 'source_place', 'source_row'] -%}
        dated.{{ column }}{% if not loop.last %},{% endif %}
        {% endfor -%}
    from dated
    cross join parameters
    {{ join_project('dated', system, column=project) }}
{%- endmacro %}

{#-
    Whether a report is the newest of its thing, of `thing` within `project_code`; codes that nobody has mapped are apart
    from each other. One without a date is older than any with one.
-#}
{% macro is_newest_report(thing, project='project_code', source_project='source_project') -%}
    row_number() over (
        partition by {{ project }}, case when {{ project }} = 'unmapped' then {{ source_project }} end, {{ thing }}
        order by coalesce(reported_on, date '1900-01-01') desc, source_path, source_row
    ) = 1
{%- endmacro %}
