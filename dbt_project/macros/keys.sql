{#- A stable surrogate key: the md5 of the parts, absent parts marked so that ('a', null) differs from ('', 'a'). -#}
{% macro surrogate_key(parts) -%}
    md5({% for part in parts %}coalesce(cast({{ part }} as {{ dbt.type_string() }}), chr(1)){% if not loop.last %} || chr(31) || {% endif %}{% endfor %})
{%- endmacro %}

{#- The key of a row of `int_hours`, made where it is shown: it is long, and no two rows have the same. -#}
{% macro timesheet_entry_key(alias) -%}
    {{ surrogate_key([
        alias ~ '.source_system', alias ~ '.id_scope',
        'coalesce(' ~ alias ~ '.id_in_scope, cast(' ~ alias ~ '.source_row as ' ~ dbt.type_string() ~ '))'
    ]) }}
{%- endmacro %}

{#- Where a landed row came from, for whoever traces it: file or site, sheet, cell or record. -#}
{% macro lineage(alias=none) -%}
    {%- set prefix = alias ~ '.' if alias else '' -%}
    {{ prefix }}_batch as batch_id,
    {{ prefix }}_file_hash as file_hash,
    {{ prefix }}_path as source_path,
    {{ prefix }}_sheet as source_sheet,
    {{ prefix }}_place as source_place,
    {{ prefix }}_row as source_row
{%- endmacro %}

{#-
    The pseudonym of a person's code: the same in every refresh under one key, and not to be found by trying codes
    without the key. Hashed twice, so that no longer code can be computed from a known pseudonym. Who was erased stands
    in landing as `erased-<pseudonym>` and keeps it. `pipelines.landing.pseudonyms` computes the same. `keys` is the
    relation with the key, for staging, which reads sources only.
-#}
{% macro pseudonym(code, keys=none) -%}
    {%- set key -%}(select pseudonym_key from {{ keys or ref('stg_control__pseudonym_key') }}) || chr(31){%- endset -%}
    case
        when {{ code }} like 'erased-%' then substr({{ code }}, 8)
        else substr({{ sha256(key ~ ' || ' ~ sha256(key ~ ' || ' ~ code)) }}, 1, 32)
    end
{%- endmacro %}

{#- The sha256 of a text, in hexadecimal digits. -#}
{% macro sha256(expression) -%}
    {{ return(adapter.dispatch('sha256', 'pmo_warehouse')(expression)) }}
{%- endmacro %}

{% macro default__sha256(expression) -%}
    {{ exceptions.raise_compiler_error('sha256 has no implementation for ' ~ target.type) }}
{%- endmacro %}

{% macro duckdb__sha256(expression) -%}
    sha256({{ expression }})
{%- endmacro %}

{% macro spark__sha256(expression) -%}
    sha2({{ expression }}, 256)
{%- endmacro %}

{#-
    An id as a source made it, with the pseudonym in place of the code of the person whose row it is (`LAB-2026-02-ada`):
    ids are published. Only between separators, and no code of one or two characters. Erasing puts `erased-` and the same
    pseudonym there (`pipelines.landing.erasures`), so the id stays what it was.
-#}
{% macro id_without_person(id, person, pseudonym) -%}
    {%- set between = "'_./ :|#,;', '---------'" -%}
    case
        when length({{ person }}) > 2
            and instr({{ id }}, {{ person }}) > 0
            and '-' || translate({{ id }}, {{ between }}) || '-' like '%-' || translate({{ person }}, {{ between }}) || '-%'
            then replace({{ id }}, {{ person }}, {{ pseudonym }})
        else {{ id }}
    end
{%- endmacro %}

{#- A 64-bit hash of some columns: to compare or to narrow down, never a key. -#}
{% macro row_hash(columns) -%}
    {{ return(adapter.dispatch('row_hash', 'pmo_warehouse')(columns)) }}
{%- endmacro %}

{% macro default__row_hash(columns) -%}
    {{ exceptions.raise_compiler_error('row_hash has no implementation for ' ~ target.type) }}
{%- endmacro %}

{% macro duckdb__row_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

{% macro spark__row_hash(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}

{#- The data test `unique`: long keys are compared only where their hashes are equal. -#}
{% macro default__test_unique(model, column_name) %}
    {{ rows_of_equal_key(model, [column_name]) }}
{% endmacro %}

{#- The data test `unique` for a key of several columns, of which some may be null. -#}
{% test unique_together(model, columns) %}
    {{ rows_of_equal_key(model, columns) }}
{% endtest %}

{#-
    The data test of a view that shows the rows of another relation with a key made of the one that `unique_together`
    tests there: none is shown twice, and none is lost.
-#}
{% test unique_as_in(model, column_name, rows) %}
    select *
    from (select count(*) as shown from {{ model }}) as shown
    cross join (select count(*) as standing from {{ rows }}) as standing
    where shown <> standing
{% endtest %}

{% macro rows_of_equal_key(model, columns) %}
    {%- set known -%}
        {% if columns | length == 1 %}{{ columns[0] }} is not null{% else %}true{% endif %}
    {%- endset -%}
    select
        {{ columns | join(', ') }},
        count(*) as n_records
    from (select * from {{ model }}) as tested
    where {{ known }} and {{ row_hash(columns) }} in (
        select key_hash
        from (
            select {{ row_hash(columns) }} as key_hash
            from (select * from {{ model }}) as hashed
            where {{ known }}
        ) as hashes
        group by key_hash
        having count(*) > 1
    )
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endmacro %}
