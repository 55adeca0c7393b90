select
    {{ surrogate_key(["'jira'", 'sprints.site', 'sprints.sprint_id']) }} as sprint_sk,
    sprints.site,
    sprints.sprint_id,
    sprints.name as sprint_name,
    sprints.board_id,
    boards.name as board_name,
    boards.project_key as jira_project_key,
    sprints.state,
    sprints.goal,
    sprints.created_at,
    sprints.started_at,
    sprints.ended_at as planned_end_at,
    sprints.completed_at,
    sprints.known_from
from {{ ref('int_sprints') }} as sprints
left join {{ ref('stg_jira__boards') }} as boards
    on sprints.site = boards.site
    and sprints.board_id = boards.board_id
