{#-
    The rows of a landed object that no later batch has replaced.

    Each batch says in `batches.replaces` what it retires: `key` the rows of equal key, `period` every row of the
    `scope` values it contains, `file` every row of its path. Of equal keys the last received stands. A row without a
    key (all key columns blank, or no key declared) is only ever replaced together with its scope or its file.

    `rows` is a relation with `_batch` and `_row` (default: the source itself), `batches` the load ledger; `scope` and `key`
    are lists of column names of `rows`. What is replaced is sought among scopes and keys that occur more than once, so
    that rows that were never sent again cost no more than being read.
-#}
{% macro current_rows(schema, object, key=[], scope=[], rows=none, batches=none) %}
    {{ _replacements(schema, object, key, scope, rows, batches) }}

    {% if key -%}
    select standing.*
    from ({{ _standing(schema, object, scope, rows) }}) as standing
    left join outranked
        on standing._batch = outranked._batch
        and standing._row = outranked._row
    where outranked._batch is null
    {%- else -%}
    {{ _standing(schema, object, scope, rows) }}
    {%- endif %}
{% endmacro %}

{#- The other rows, by `_batch` and `_row`; the arguments are those of `current_rows`. -#}
{% macro replaced_rows(schema, object, key=[], scope=[], rows=none, batches=none) %}
    {{ _replacements(schema, object, key, scope, rows, batches) }}

    select landed_rows._batch, landed_rows._row
    from {{ rows or source(schema, object) }} as landed_rows
    inner join object_batches
        on landed_rows._batch = object_batches.batch_id
    where object_batches._seq < object_batches._newest_of_path
    {%- if scope %}
    union all
    select landed._batch, landed._row
    from ({{ _landed(schema, object, rows) }}) as landed
    inner join resent_scopes
        on {% for column in scope %}landed.{{ column }} is not distinct from resent_scopes.{{ column }}{% if not loop.last %} and {% endif %}{% endfor %}
    where landed._seq < resent_scopes._scope_seq
    {%- endif %}
    {%- if key %}
    union all
    select _batch, _row
    from outranked
    {%- endif %}
{% endmacro %}

{% macro _replacements(schema, object, key, scope, rows, batches) %}
    with object_batches as (

        select
            batch_id,
            seq as _seq,
            received_on as _received_on,
            replaces as _replaces,
            max(case when replaces = 'file' then seq end) over (partition by path) as _newest_of_path
        from {{ batches or source('raw_control', 'batches') }}
        where source = '{{ schema }}' and object = '{{ object }}'

    ){% if scope %},

    resent_scopes as (

        select
            {{ scope | join(', ') }},
            max(case when object_batches._replaces = 'period' then object_batches._seq end) as _scope_seq
        from {{ rows or source(schema, object) }} as landed_rows
        inner join object_batches
            on landed_rows._batch = object_batches.batch_id
        group by {{ scope | join(', ') }}
        having min(object_batches._seq) < max(case when object_batches._replaces = 'period' then object_batches._seq end)

    )
    {%- endif %}{% if key %},

    resent_hashes as (

        select {{ row_hash(key) }} as key_hash
        from ({{ _standing(schema, object, scope, rows) }}) as standing
        where {{ _has_a_key(key) }}
        group by {{ row_hash(key) }}
        having count(*) > 1

    ),

    ranked as (

        select
            _batch,
            _row,
            row_number() over (partition by {{ key | join(', ') }} order by _seq desc, _row desc) as _key_rank
        from ({{ _standing(schema, object, scope, rows) }}) as standing
        where {{ _has_a_key(key) }}
            and {{ row_hash(key) }} in (select key_hash from resent_hashes)

    ),

    outranked as (

        select _batch, _row
        from ranked
        where _key_rank > 1

    )
    {%- endif %}
{% endmacro %}

{% macro _has_a_key(key) -%}
    ({% for column in key %}{{ column }} is not null{% if not loop.last %} or {% endif %}{% endfor %})
{%- endmacro %}

{#-
    The landed rows that no later batch of the same file or scope replaces. A text and no CTE: what is read more than once
    would be held in memory as a whole, where its readers need a few columns each.
-#}
{% macro _standing(schema, object, scope, rows) %}
        {% if scope -%}
        select landed.*
        from ({{ _landed(schema, object, rows) }}) as landed
        left join resent_scopes
            on {% for column in scope %}landed.{{ column }} is not distinct from resent_scopes.{{ column }}{% if not loop.last %} and {% endif %}{% endfor %}
        where landed._seq >= coalesce(resent_scopes._scope_seq, landed._seq)
        {%- else -%}
        {{ _landed(schema, object, rows) }}
        {%- endif %}
{% endmacro %}

{#- The landed rows that no later batch of the same file replaces. -#}
{% macro _landed(schema, object, rows) %}
        select
            landed_rows.*,
            object_batches._seq,
            object_batches._received_on
        from {{ rows or source(schema, object) }} as landed_rows
        inner join object_batches
            on landed_rows._batch = object_batches.batch_id
        where object_batches._seq >= coalesce(object_batches._newest_of_path, object_batches._seq)
{% endmacro %}
