with events as (

    select
        events.*,
        coalesce(changes.history_id, 'created') as history_id,
        changes.position
    from {{ ref('int_sprint_scope_events') }} as events
    left join {{ ref('int_issue_changes') }} as changes
        on events.site = changes.site
        and events.issue_id = changes.issue_id
        and events.change_no = changes.change_no

)

select
    {{ surrogate_key([
        'events.site', 'events.sprint_id', 'events.issue_id', 'events.event', 'events.history_id', 'events.position'
    ]) }} as sprint_scope_event_sk,
    sprints.sprint_sk,
    issues.issue_sk,
    issues.project_sk,
    issues.project_code,
    issues.project_name,
    events.site,
    events.sprint_id,
    sprints.sprint_name,
    sprints.board_id,
    events.issue_id,
    issues.issue_key,
    issues.jira_project_key,
    issues.issue_type,
    issues.is_subtask,
    events.event_no,
    events.event,
    events.occurred_at,
    events.sprint_phase,
    events.is_done,
    events.estimate_unit,
    events.estimate_before,
    events.estimate_after,
    cast(coalesce(events.estimate_after, 0) - coalesce(events.estimate_before, 0) as decimal(28, 10)) as scope_change,
    cast(
        case when events.is_done then coalesce(events.estimate_after, 0) else 0 end
        - case
            when events.event = 'reopened' or (events.is_done and events.event <> 'completed')
                then coalesce(events.estimate_before, 0)
            else 0
        end as decimal(28, 10)
    ) as done_change,
    events.was_in_scope_at_start,
    events.estimate_at_start,
    issues.is_history_complete,
    issues.availability,
    issues.is_deleted,
    issues.source_path,
    issues.source_sheet,
    issues.source_place
from events
inner join {{ ref('fct_issue') }} as issues
    on events.site = issues.site
    and events.issue_id = issues.issue_id
inner join {{ ref('dim_sprint') }} as sprints
    on events.site = sprints.site
    and events.sprint_id = sprints.sprint_id
