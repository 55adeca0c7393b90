with current_rows as (

    {{ current_rows('raw_jira', 'boards', key=['site', 'board_id']) }}

)

select
    site,
    board_id,
    name,
    board_type,
    project_id,
    project_key,
    filter_id,
    estimation_field_id,
    estimation_field_name,
    rank_field_id,
    columns,
    {{ lineage() }}
from current_rows
