{#-
    The rows that a closed period no longer explains by itself: what was frozen where today's rows would say another
    thing of it, and, in the earliest open period, what takes the frozen content back and puts today's in its place.

    `current` is a select and `frozen` a relation, both with `row_key`, `period_no`, `charge_period_no` and the
    `columns`. Rows of one `row_key` are compared by `attributes` and by the sums of `measures`; where they are equal per
    period nothing is returned, and the current rows stand as they are. `sk` is the column of `columns` that identifies
    a row.

    What is returned has `columns`, `row_key`, `period_no`, `charge_period_no` and `after_close`: null for a frozen row,
    else `reversed`, `replaced` or `late`. A measure that was not known at the close counts as nothing there: its whole
    amount comes with what is placed, and while it is not known today either, a row without it.
-#}
{% macro corrections(current, frozen, sk, columns, attributes, measures) %}
    {%- set content = ['row_key'] + attributes -%}
    with closing as (

        select * from {{ ref('int_closing') }}

    ),

    candidates as (

        {{ current }}

    ),

    frozen_rows as (

        select * from {{ frozen }}

    ),

    frozen_by_period as (

        select
            period_no, {{ content | join(', ') }},
            {% for measure in measures %}sum({{ measure }}) as {{ measure }}{% if not loop.last %}, {% endif %}{% endfor %}
        from frozen_rows
        group by period_no, {{ content | join(', ') }}

    ),

    current_by_period as (

        select
            current_rows.period_no,
            {% for column in content %}current_rows.{{ column }}, {% endfor %}
            {% for measure in measures %}sum(current_rows.{{ measure }}) as {{ measure }}{% if not loop.last %}, {% endif %}{% endfor %}
        from candidates as current_rows
        inner join closing
            on current_rows.period_no <= closing.closed_through_no
        group by current_rows.period_no, {% for column in content %}current_rows.{{ column }}{% if not loop.last %}, {% endif %}{% endfor %}

    ),

    differing as (

        select row_key from (select * from frozen_by_period except select * from current_by_period) as gone
        union
        select row_key from (select * from current_by_period except select * from frozen_by_period) as come

    ),

    frozen_net as (

        select
            charge_period_no, {{ content | join(', ') }},
            {% for measure in measures %}sum({{ measure }}) as {{ measure }}{% if not loop.last %}, {% endif %}{% endfor %}
        from frozen_rows
        where row_key in (select row_key from differing)
        group by charge_period_no, {{ content | join(', ') }}
        having {% for measure in measures %}sum({{ measure }}) <> 0{% if not loop.last %} or {% endif %}{% endfor %}

    ),

    current_net as (

        select
            charge_period_no, {{ content | join(', ') }},
            {% for measure in measures %}sum({{ measure }}) as {{ measure }}{% if not loop.last %}, {% endif %}{% endfor %}
        from candidates
        where row_key in (select row_key from differing)
        group by charge_period_no, {{ content | join(', ') }}
        having {% for measure in measures %}sum({{ measure }}) <> 0 or sum({{ measure }}) is null{% if not loop.last %} or {% endif %}{% endfor %}

    ),

    unsettled as (

        select row_key from (select * from frozen_net except select * from current_net) as gone
        union
        select row_key from (select * from current_net except select * from frozen_net) as come
        union
        select row_key
        from candidates
        where row_key in (select row_key from differing)
            and ({% for measure in measures %}{{ measure }} is null{% if not loop.last %} or {% endif %}{% endfor %})

    ),

    reversals as (

        select
            frozen_net.row_key,
            {% for column in columns -%}
            {% if column == sk -%}
            {{ surrogate_key(['frozen_net.row_key', "'reversed'", 'closing.open_period', 'frozen_net.charge_period_no']
                + attributes | map('replace', '', 'frozen_net.', 1) | list) }}
            {%- elif column in measures -%}
            -coalesce(max(frozen_net.{{ column }}), 0)
            {%- elif column in attributes -%}
            frozen_net.{{ column }}
            {%- else -%}
            max(frozen_rows.{{ column }})
            {%- endif %} as {{ column }},
            {% endfor -%}
            closing.open_period_no as period_no,
            frozen_net.charge_period_no
        from frozen_net
        cross join closing
        inner join frozen_rows
            on frozen_net.row_key = frozen_rows.row_key
            and frozen_net.charge_period_no = frozen_rows.charge_period_no
            {% for column in attributes -%}
            and coalesce(cast(frozen_net.{{ column }} as {{ dbt.type_string() }}), '')
                = coalesce(cast(frozen_rows.{{ column }} as {{ dbt.type_string() }}), '')
            {% endfor %}
        where frozen_net.row_key in (select row_key from unsettled)
        group by
            frozen_net.row_key, frozen_net.charge_period_no, closing.open_period, closing.open_period_no
            {%- for column in attributes %}, frozen_net.{{ column }}{% endfor %}

    )

    select
        row_key,
        {% for column in columns -%}
        {% if column in measures %}coalesce({{ column }}, 0) as {{ column }}{% else %}{{ column }}{% endif %},
        {% endfor -%}
        period_no,
        charge_period_no,
        after_close
    from frozen_rows
    where row_key in (select row_key from differing)
    union all
    select
        row_key,
        {% for column in columns %}{{ column }}, {% endfor %}
        period_no,
        charge_period_no,
        'reversed'
    from reversals
    union all
    select
        current_rows.row_key,
        {% for column in columns -%}
        {% if column == sk -%}
        {{ surrogate_key(['current_rows.' ~ sk, "'placed'", 'closing.open_period']) }}
        {%- else -%}
        current_rows.{{ column }}
        {%- endif %},
        {% endfor -%}
        case
            when current_rows.period_no > closing.closed_through_no then current_rows.period_no
            else closing.open_period_no
        end,
        current_rows.charge_period_no,
        case when known.row_key is null then 'late' else 'replaced' end
    from candidates as current_rows
    cross join closing
    left join (select distinct row_key from frozen_rows) as known
        on current_rows.row_key = known.row_key
    where current_rows.row_key in (select row_key from unsettled)
{% endmacro %}
