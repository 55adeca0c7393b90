{#-
    States of register things that are reported again and again: a report holds from its day until the next one of the
    same thing. A report without a day is older than any with one; it has no report date of its own.

    `reports_in_order` gives one report per thing and day with `report_no` (1, 2, … from the oldest) and the days between
    which it holds: `known_from_on` and `next_report_on` (null for the newest). `sk` names the thing in `reports`.
-#}
{% macro reports_in_order(reports, sk) -%}
    select
        first_of_day.*,
        coalesce(reported_on, date '1900-01-01') as known_from_on,
        row_number() over (partition by {{ sk }} order by coalesce(reported_on, date '1900-01-01')) as report_no,
        lead(reported_on) over (partition by {{ sk }} order by coalesce(reported_on, date '1900-01-01')) as next_report_on
    from (
        select
            *,
            row_number() over (partition by {{ sk }}, reported_on order by source_path, source_row) as place_in_day
        from {{ reports }}
    ) as first_of_day
    where place_in_day = 1
{%- endmacro %}

{#-
    A thing at each of its own report dates, and at the as-of date as last known: `report_date`. `ordered` is a CTE as
    `reports_in_order` gives it, `parameters` one with the as-of date.
-#}
{% macro at_own_report_dates(ordered) -%}
    select
        {{ ordered }}.*,
        reported_on as report_date
    from {{ ordered }}
    where reported_on is not null
    union all
    select
        {{ ordered }}.*,
        parameters.as_of as report_date
    from {{ ordered }}
    cross join parameters
    where next_report_on is null and (reported_on is null or reported_on < parameters.as_of)
{%- endmacro %}

{#- What names a thing of the register: codes that nobody has mapped are apart from each other. -#}
{% macro register_sk(thing, project='project_code', source_project='source_project') -%}
    {{ surrogate_key([project, 'case when ' ~ project ~ " = 'unmapped' then " ~ source_project ~ ' end', thing]) }}
{%- endmacro %}
