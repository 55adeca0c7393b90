-- Every issue that ever stood in a sprint, with the field that holds its estimate there: that of the sprint's board, else
-- the first known estimation field that the issue's history has, else the one that the site prefers.
with stays as (

    select
        site,
        issue_id,
        sprint_id
    from {{ ref('int_sprint_stays') }}
    where stay_no = 1

),

changed_fields as (

    select
        changes.site,
        changes.issue_id,
        min(fields.field_rank) as field_rank
    from {{ ref('int_issue_changes') }} as changes
    inner join {{ ref('int_estimation_fields') }} as fields
        on changes.site = fields.site
        and changes.field_id = fields.field_id
    where changes.kind = 'estimate'
    group by
        changes.site,
        changes.issue_id

)

select
    stays.site,
    stays.issue_id,
    stays.sprint_id,
    sprints.started_at as sprint_started_at,
    sprints.completed_at as sprint_completed_at,
    sprints.state as sprint_state,
    coalesce(boards.estimation_field_id, fields.field_id, 'story_points') as field_id,
    coalesce(board_fields.unit, fields.unit, 'points') as unit
from stays
inner join {{ ref('int_sprints') }} as sprints
    on stays.site = sprints.site
    and stays.sprint_id = sprints.sprint_id
left join {{ ref('stg_jira__boards') }} as boards
    on sprints.site = boards.site
    and sprints.board_id = boards.board_id
left join {{ ref('int_estimation_fields') }} as board_fields
    on boards.site = board_fields.site
    and boards.estimation_field_id = board_fields.field_id
left join changed_fields
    on stays.site = changed_fields.site
    and stays.issue_id = changed_fields.issue_id
left join {{ ref('int_estimation_fields') }} as fields
    on stays.site = fields.site
    and fields.field_rank = coalesce(changed_fields.field_rank, 1)
