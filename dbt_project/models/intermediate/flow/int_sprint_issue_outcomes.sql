-- What became of each issue in a sprint, as Jira's sprint report sees it: standard issues, from the start to the
-- completion (or the as-of date). An issue that was done before it came in, and stayed so, is outside of the sprint.
-- Done is what the last column of the sprint's board holds, where statuses of category `done` stand there.
with scoped as (

    select
        events.*,
        coalesce(sprint_issues.sprint_completed_at < cutoff.cutoff_at, false) as is_completed_sprint,
        sprint_issues.sprint_started_at,
        case
            when sprint_issues.sprint_completed_at < cutoff.cutoff_at then sprint_issues.sprint_completed_at
            else cutoff.cutoff_at
        end as counted_until_at,
        flow.project_key,
        flow.project_code
    from {{ ref('int_sprint_scope_events') }} as events
    inner join {{ ref('int_sprint_issues') }} as sprint_issues
        on events.site = sprint_issues.site
        and events.issue_id = sprint_issues.issue_id
        and events.sprint_id = sprint_issues.sprint_id
    inner join {{ ref('int_issue_flow') }} as flow
        on events.site = flow.site
        and events.issue_id = flow.issue_id
        and flow.is_counted
    inner join {{ ref('int_cutoff') }} as cutoff
        on sprint_issues.sprint_started_at < cutoff.cutoff_at
        and events.occurred_at < cutoff.cutoff_at
    where events.sprint_phase in ('before_start', 'during')

),

ranked as (

    select
        *,
        row_number() over (partition by site, sprint_id, issue_id order by event_no desc) as recency,
        row_number() over (
            partition by site, sprint_id, issue_id
            order by case when event = 'added' and sprint_phase = 'during' then 0 else 1 end, event_no
        ) as entry_rank
    from scoped

),

spans as (

    select
        site,
        sprint_id,
        issue_id,
        max(project_key) as project_key,
        max(project_code) as project_code,
        max(estimate_unit) as estimate_unit,
        max(case when was_in_scope_at_start then 1 else 0 end) = 1 as was_in_scope_at_start,
        max(case when event = 'added' and sprint_phase = 'during' then 1 else 0 end) = 1 as was_added,
        max(case when event = 'removed' and recency = 1 then 1 else 0 end) = 0 as is_in_scope_at_end,
        max(case when event = 'reopened' and sprint_phase = 'during' then 1 else 0 end) = 1 as was_reopened,
        coalesce(
            max(case when was_in_scope_at_start then estimate_at_start end),
            max(case when entry_rank = 1 and not was_in_scope_at_start then estimate_after end)
        ) as estimate_at_entry,
        max(case
            when recency = 1 and event = 'removed' then estimate_before
            when recency = 1 then estimate_after
        end) as estimate_at_end,
        case
            when max(case when was_in_scope_at_start then 1 else 0 end) = 1 then max(sprint_started_at)
            else min(case when event = 'added' and sprint_phase = 'during' then occurred_at end)
        end as entered_at,
        max(counted_until_at) as counted_until_at
    from ranked
    group by
        site,
        sprint_id,
        issue_id

),

last_columns as (

    select
        columns_of_boards.site,
        columns_of_boards.board_id,
        columns_of_boards.status_id,
        columns_of_boards.position = max(columns_of_boards.position) over (
            partition by columns_of_boards.site, columns_of_boards.board_id
        ) as is_last,
        statuses.category_key = 'done' as is_done
    from {{ ref('stg_jira__board_columns') }} as columns_of_boards
    left join {{ ref('stg_jira__statuses') }} as statuses
        on columns_of_boards.site = statuses.site
        and columns_of_boards.status_id = statuses.status_id

),

judging_boards as (

    select
        site,
        board_id
    from last_columns
    where is_last
    group by
        site,
        board_id
    having max(case when is_done then 1 else 0 end) = 1

),

judged as (

    select
        spans.*,
        intervals.started_at as interval_started_at,
        intervals.ended_at as interval_ended_at,
        case
            when status_stages.stage is not null then status_stages.stage = 'done'
            when judging_boards.board_id is not null and statuses.status_id is not null
                then coalesce(last_columns.is_last, false)
            else intervals.status_category = 'done'
        end as is_done
    from spans
    inner join {{ ref('int_sprints') }} as sprints
        on spans.site = sprints.site
        and spans.sprint_id = sprints.sprint_id
    inner join {{ ref('int_issue_status_intervals') }} as intervals
        on spans.site = intervals.site
        and spans.issue_id = intervals.issue_id
    left join {{ ref('int_status_stages') }} as status_stages
        on intervals.site = status_stages.site
        and lower(intervals.status) = status_stages.status_name
    left join {{ ref('stg_jira__statuses') }} as statuses
        on intervals.site = statuses.site
        and intervals.status_id = statuses.status_id
    left join judging_boards
        on sprints.site = judging_boards.site
        and sprints.board_id = judging_boards.board_id
    left join last_columns
        on sprints.site = last_columns.site
        and sprints.board_id = last_columns.board_id
        and intervals.status_id = last_columns.status_id
    where spans.was_in_scope_at_start or spans.was_added

),

final as (

    select
        site,
        sprint_id,
        issue_id,
        max(project_key) as project_key,
        max(project_code) as project_code,
        max(estimate_unit) as estimate_unit,
        max(case when was_in_scope_at_start then 1 else 0 end) = 1 as was_in_scope_at_start,
        max(case when is_in_scope_at_end then 1 else 0 end) = 1 as is_in_scope_at_end,
        max(case when was_reopened then 1 else 0 end) = 1 as was_reopened,
        max(estimate_at_entry) as estimate_at_entry,
        max(estimate_at_end) as estimate_at_end,
        max(case
            when interval_started_at <= entered_at and coalesce(interval_ended_at > entered_at, true) and is_done then 1
            else 0
        end) = 1 as was_done_at_entry,
        max(case
            when interval_started_at <= counted_until_at and coalesce(interval_ended_at > counted_until_at, true)
                and is_done
                then 1
            else 0
        end) = 1 as is_done_at_end
    from judged
    group by
        site,
        sprint_id,
        issue_id

)

select
    site,
    sprint_id,
    issue_id,
    project_key,
    project_code,
    estimate_unit,
    was_done_at_entry and not was_reopened as is_outside,
    was_in_scope_at_start and not was_done_at_entry as is_committed,
    is_in_scope_at_end,
    is_in_scope_at_end and is_done_at_end as is_completed,
    estimate_at_entry,
    estimate_at_end
from final
