{#-
    Makes every dbt source a relation called like its asset key (`raw_ledger.orders`) over the landed batches.

    Which batches count is decided before dbt starts: `PMO_CONTEXT/batches.parquet` lists them, with the directory of
    each. Sources of `raw_control` whose `meta.file` is set are one file of that folder. An object without a batch is an
    empty relation with the declared columns, so an absent source is no error; a column that older files lack is null.
-#}
{% macro register_sources() %}
    {%- if execute -%}
        {{ return(adapter.dispatch('register_sources', 'pmo_warehouse')()) }}
    {%- endif -%}
{% endmacro %}

{% macro duckdb__register_sources() %}
    {%- set context_dir = env_var('PMO_CONTEXT') -%}
    {%- set listing -%}
        select string_agg(source || '|' || object || '|' || path, chr(10))
        from (
            select source, object, data_path as path
            from read_parquet('{{ context_dir }}/batches.parquet') where data_path is not null
            union all
            select 'raw_control', 'quarantined_rows', quarantine_path
            from read_parquet('{{ context_dir }}/batches.parquet') where quarantine_path is not null
            union all
            select 'raw_control', 'left_out_rows', left_out_path
            from read_parquet('{{ context_dir }}/batches.parquet') where left_out_path is not null
        ) as files
    {%- endset -%}
    {%- set found = run_query(listing).columns[0].values()[0] or '' -%}
    {%- set files = {} -%}
    {%- for line in found.split('\n') if line -%}
        {%- set source_name, object_name, path = line.split('|', 2) -%}
        {%- do files.setdefault(source_name ~ '.' ~ object_name, []).append(path) -%}
    {%- endfor -%}
    {%- set statements = [] -%}
    {%- for source in graph.sources.values() -%}
        {%- if source.config.meta.get('file') -%}
            {%- set paths = [context_dir ~ '/' ~ source.config.meta['file']] -%}
        {%- else -%}
            {%- set paths = files.get(source.source_name ~ '.' ~ source.name, []) -%}
        {%- endif -%}
        {%- set columns = [] -%}
        {%- for column in source.columns.values() -%}
            {%- do columns.append('cast(null as ' ~ column.data_type ~ ') as ' ~ adapter.quote(column.name)) -%}
        {%- endfor -%}
        {%- do statements.append('create schema if not exists ' ~ source.schema) -%}
        {%- set view -%}
            create or replace view {{ source.schema }}.{{ source.identifier }} as
            select {{ columns | join(', ') }} where false
            {%- if paths %}
            union all by name
            select * from read_parquet(
                [{% for path in paths %}'{{ path | replace("'", "''") }}'{% if not loop.last %}, {% endif %}{% endfor %}],
                union_by_name = true, hive_partitioning = true, hive_types_autocast = false
            )
            {%- endif %}
        {%- endset -%}
        {%- do statements.append(view) -%}
    {%- endfor -%}
    {%- do run_query(statements | join('; ')) -%}
{% endmacro %}
