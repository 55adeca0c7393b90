{#-
    The stage of a status: as `status_map` declares it, else by its category. `first_columns` is an alias of
    `int_kanban_first_columns`, null where the status does not stand there: what stands in it waits to be started.
-#}
{% macro stage_of(category, status_map, first_columns) -%}
    coalesce(
        {{ status_map }}.stage,
        case {{ category }}
            when 'done' then 'done'
            when 'indeterminate'
                then case when {{ first_columns }}.status_id is null then 'active' else 'waiting' end
            when 'new' then 'waiting'
            else 'unknown'
        end
    )
{%- endmacro %}

{#- The joins that `stage_of` reads. `statuses` is an alias with `site`, `project_key`, `status_id` and the name in `status`. -#}
{% macro join_stage(statuses, status='status') -%}
    left join {{ ref('int_status_stages') }} as status_stages
        on {{ statuses }}.site = status_stages.site
        and lower({{ statuses }}.{{ status }}) = status_stages.status_name
    left join {{ ref('int_kanban_first_columns') }} as first_columns
        on {{ statuses }}.site = first_columns.site
        and {{ statuses }}.project_key = first_columns.project_key
        and {{ statuses }}.status_id = first_columns.status_id
{%- endmacro %}

{#- Elapsed days between two moments, by the millisecond. -#}
{% macro elapsed_days(started_at, ended_at) -%}
    cast(round({{ dbt.datediff(started_at, ended_at, 'millisecond') }} / 86400000.0, 10) as decimal(18, 10))
{%- endmacro %}

{#- A percentile of what is not null, by linear interpolation between the two nearest values; null of nothing. -#}
{% macro percentile(fraction, expression) -%}
    cast(
        round(percentile_cont({{ fraction }}) within group (order by cast({{ expression }} as double)), 10)
        as decimal(18, 10)
    )
{%- endmacro %}
