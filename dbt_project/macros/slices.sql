{#-
    Large models are built period by period. A relation of slices says, a row per period, what a model's rows of that
    period are made of, as one `slice_hash`; every row of the model carries that of its slice. A build takes away the
    slices that are no longer made of the same and builds those that are missing, so it ends where a build from nothing
    would, whatever was there and wherever the last one stopped. `pipelines.warehouse` builds from nothing where the
    models have changed.
-#}

{#- For `pre_hook`: takes away what is no longer made of the same. -#}
{% macro drop_stale_slices(slices) -%}
    {%- if is_incremental() -%}
        delete from {{ this }} where slice_hash not in (select slice_hash from {{ slices }})
    {%- endif -%}
{%- endmacro %}

{#- The slices that a model lacks: their hashes and the days they span. None where it is built from nothing. -#}
{% macro missing_slices(slices) -%}
    {%- if not (execute and is_incremental()) -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set lacking -%}
        select slice_hash, cast(first_on as {{ dbt.type_string() }}), cast(last_on as {{ dbt.type_string() }})
        from {{ slices }}
        where slice_hash not in (select slice_hash from {{ this }})
    {%- endset -%}
    {{ return(run_query(lacking).rows) }}
{%- endmacro %}

{#- A condition on `slice_hash`; `rows` as `missing_slices` returns them. -#}
{% macro is_missing_slice(column, rows) -%}
    {%- if rows is none -%} true
    {%- elif rows -%} {{ column }} in ({% for row in rows %}'{{ row[0] }}'{% if not loop.last %}, {% endif %}{% endfor %})
    {%- else -%} false
    {%- endif -%}
{%- endmacro %}

{#- A condition on a date, so that files of other periods are not read. -#}
{% macro is_in_missing_slice(column, rows) -%}
    {%- if rows is none -%} true
    {%- elif rows -%} {{ column }} between cast('{{ rows | map(attribute=1) | min }}' as date) and cast('{{ rows | map(attribute=2) | max }}' as date)
    {%- else -%} false
    {%- endif -%}
{%- endmacro %}

{#- A number that says what a group of rows holds, whatever their order; an aggregate over the columns. -#}
{% macro content_of(columns) -%}
    coalesce(sum(cast({{ row_hash(columns) }} as decimal(38, 0))), 0)
{%- endmacro %}
