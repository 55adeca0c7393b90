{{ config(materialized='table') }}

with current_rows as (

    {{ current_rows('raw_jira', 'issue_changes', key=['site', 'history_id', 'position']) }}

)

select
    site,
    history_id,
    position,
    issue_id,
    author_account,
    field_id,
    field,
    field_type,
    from_value,
    from_text,
    to_value,
    to_text,
    changed_at,
    {{ lineage() }}
from current_rows
