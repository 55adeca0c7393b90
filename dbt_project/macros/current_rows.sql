{#-
    The rows of a landed object that no later batch has replaced.

    Each batch says in `batches.replaces` what it retires: `key` the rows of equal key, `period` every row of the
    `scope` values it contains, `file` every row of its path. Of equal keys the last received stands. A row without a
    key (all key columns blank, or no key declared) is only ever replaced together with its scope or its file.

    `rows` is a relation with `_batch` and `_row` (default: the source itself), `batches` the load ledger; `scope` and `key`
    are lists of column names of `rows`.
-#}
{% macro current_rows(schema, object, key=[], scope=[], rows=none, batches=none) %}
    with object_batches as (

        select batch_id, seq, received_on, path, replaces
        from {{ batches or source('raw_control', 'batches') }}
        where source = '{{ schema }}' and object = '{{ object }}'

    ),

    newest_files as (

        select path, max(seq) as newest_seq
        from object_batches
        where replaces = 'file'
        group by path

    ),

    landed as (

        select
            landed_rows.*,
            object_batches.seq as _seq,
            object_batches.received_on as _received_on,
            newest_files.newest_seq as _file_seq,
            {% if scope -%}
            max(case when object_batches.replaces = 'period' then object_batches.seq end) over (
                partition by {% for column in scope %}landed_rows.{{ column }}{% if not loop.last %}, {% endif %}{% endfor %}
            )
            {%- else -%}
            cast(null as bigint)
            {%- endif %} as _scope_seq
        from {{ rows or source(schema, object) }} as landed_rows
        inner join object_batches
            on landed_rows._batch = object_batches.batch_id
        left join newest_files
            on object_batches.path = newest_files.path

    ),

    standing as (

        select *
        from landed
        where _seq >= coalesce(_scope_seq, _seq) and _seq >= coalesce(_file_seq, _seq)

    ),

    ranked as (

        select
            *,
            {% if key -%}
            row_number() over (
                partition by
                    {% for column in key %}coalesce(cast({{ column }} as {{ dbt.type_string() }}), ''), {% endfor %}
                    case
                        when coalesce({% for column in key %}cast({{ column }} as {{ dbt.type_string() }}), {% endfor %}null) is null
                            then _batch || '#' || cast(_row as {{ dbt.type_string() }})
                    end
                order by _seq desc, _row desc
            )
            {%- else -%}
            1
            {%- endif %} as _key_rank
        from standing

    )

    select *
    from ranked
    where _key_rank = 1
{% endmacro %}
