{#- A stable surrogate key: the md5 of the parts, absent parts marked so that ('a', null) differs from ('', 'a'). -#}
{% macro surrogate_key(parts) -%}
    md5({% for part in parts %}coalesce(cast({{ part }} as {{ dbt.type_string() }}), chr(1)){% if not loop.last %} || chr(31) || {% endif %}{% endfor %})
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
