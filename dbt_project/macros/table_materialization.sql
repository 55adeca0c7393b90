{#-
    A table on DuckDB, replaced within one transaction: what stood there is dropped and made anew, and stays when the
    model fails. The adapter's own way builds beside it and renames twice, which on small data costs more than the
    model; nobody reads the working file meanwhile, so nothing is won by it. Another engine keeps its adapter's way.
-#}
{% materialization table, adapter='duckdb' %}
    {%- set standing = load_cached_relation(this) -%}
    {%- set made = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement('main') -%}
        {%- if standing is not none %}
        drop {{ standing.type }} if exists {{ standing }};
        {%- endif %}
        {{ create_table_as(False, made, compiled_code) }}
    {%- endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do adapter.commit() %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [made]}) }}
{% endmaterialization %}
