with current_rows as (

    {{ current_rows('raw_jira', 'sprints', key=['site', 'sprint_id']) }}

)

select
    site,
    sprint_id,
    board_id,
    name,
    state,
    goal,
    started_at,
    ended_at,
    completed_at,
    created_at,
    {{ lineage() }}
from current_rows
