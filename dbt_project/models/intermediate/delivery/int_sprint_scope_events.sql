-- What happened to a sprint's scope, issue by issue. After a sprint was completed only taking issues out or in counts, at
-- the estimate of its completion: a closed sprint keeps its issues, and what becomes of them later is another sprint's.
with sprint_issues as (

    select * from {{ ref('int_sprint_issues') }}

),

stays as (

    select
        stays.*,
        sprint_issues.field_id,
        sprint_issues.sprint_completed_at
    from {{ ref('int_sprint_stays') }} as stays
    inner join sprint_issues
        on stays.site = sprint_issues.site
        and stays.issue_id = sprint_issues.issue_id
        and stays.sprint_id = sprint_issues.sprint_id

),

estimates as (

    select * from {{ ref('int_issue_estimates') }}

),

intervals as (

    select
        *,
        status_category = 'done' as is_done,
        lag(status_category) over (partition by site, issue_id order by interval_no) = 'done' as was_done
    from {{ ref('int_issue_status_intervals') }}

),

events as (

    select
        site,
        issue_id,
        sprint_id,
        'added' as event,
        added_no as change_no,
        added_at as occurred_at
    from stays
    union all
    select
        site,
        issue_id,
        sprint_id,
        'removed',
        removed_no,
        removed_at
    from stays
    where removed_no is not null
    union all
    select
        stays.site,
        stays.issue_id,
        stays.sprint_id,
        'estimate_changed',
        estimates.change_no,
        estimates.changed_at
    from stays
    inner join estimates
        on stays.site = estimates.site
        and stays.issue_id = estimates.issue_id
        and stays.field_id = estimates.field_id
        and estimates.change_no > stays.added_no
        and estimates.change_no < coalesce(stays.removed_no, estimates.change_no + 1)
        and estimates.changed_at <= coalesce(stays.sprint_completed_at, estimates.changed_at)
    where coalesce(estimates.estimate <> estimates.previous_estimate, true)
        and coalesce(estimates.estimate, estimates.previous_estimate) is not null
    union all
    select
        stays.site,
        stays.issue_id,
        stays.sprint_id,
        case when intervals.is_done then 'completed' else 'reopened' end,
        intervals.change_no,
        intervals.started_at
    from stays
    inner join intervals
        on stays.site = intervals.site
        and stays.issue_id = intervals.issue_id
        and intervals.is_done <> intervals.was_done
        and intervals.change_no > stays.added_no
        and intervals.change_no < coalesce(stays.removed_no, intervals.change_no + 1)
        and intervals.started_at <= coalesce(stays.sprint_completed_at, intervals.started_at)

),

-- The start of the sprint is looked up like an event: by its moment alone.
moments as (

    select
        events.*,
        sprint_issues.field_id,
        least(events.occurred_at, coalesce(sprint_issues.sprint_completed_at, events.occurred_at)) as known_until
    from events
    inner join sprint_issues
        on events.site = sprint_issues.site
        and events.issue_id = sprint_issues.issue_id
        and events.sprint_id = sprint_issues.sprint_id
    union all
    select
        site,
        issue_id,
        sprint_id,
        'start',
        null,
        sprint_started_at,
        field_id,
        sprint_started_at
    from sprint_issues
    where sprint_started_at is not null

),

estimated as (

    select
        moments.*,
        estimates.estimate,
        estimates.previous_estimate,
        row_number() over (
            partition by moments.site, moments.issue_id, moments.sprint_id, moments.event, moments.change_no
            order by estimates.change_no desc
        ) as recency
    from moments
    inner join estimates
        on moments.site = estimates.site
        and moments.issue_id = estimates.issue_id
        and moments.field_id = estimates.field_id
        and estimates.change_no <= coalesce(moments.change_no, estimates.change_no)
        and (estimates.change_no = 0 or estimates.changed_at <= moments.known_until)

),

placed as (

    select
        estimated.*,
        intervals.is_done,
        row_number() over (
            partition by estimated.site, estimated.issue_id, estimated.sprint_id, estimated.event, estimated.change_no
            order by intervals.change_no desc
        ) as status_recency
    from estimated
    inner join intervals
        on estimated.site = intervals.site
        and estimated.issue_id = intervals.issue_id
        and intervals.change_no <= coalesce(estimated.change_no, intervals.change_no)
        and (intervals.change_no = 0 or intervals.started_at <= estimated.known_until)
    where estimated.recency = 1

),

in_scope_at_start as (

    select distinct
        stays.site,
        stays.issue_id,
        stays.sprint_id
    from stays
    inner join sprint_issues
        on stays.site = sprint_issues.site
        and stays.issue_id = sprint_issues.issue_id
        and stays.sprint_id = sprint_issues.sprint_id
    where stays.added_at <= sprint_issues.sprint_started_at
        and coalesce(stays.removed_at > sprint_issues.sprint_started_at, true)

)

select
    placed.site,
    placed.issue_id,
    placed.sprint_id,
    placed.event,
    placed.change_no,
    placed.occurred_at,
    placed.is_done,
    sprint_issues.field_id as estimation_field_id,
    sprint_issues.unit as estimate_unit,
    case
        when sprint_issues.sprint_completed_at < placed.occurred_at then 'after_completion'
        when sprint_issues.sprint_started_at < placed.occurred_at then 'during'
        when sprint_issues.sprint_state is not null then 'before_start'
    end as sprint_phase,
    case
        when placed.event = 'added' then null
        when placed.event = 'estimate_changed' then placed.previous_estimate
        else placed.estimate
    end as estimate_before,
    case when placed.event <> 'removed' then placed.estimate end as estimate_after,
    in_scope_at_start.issue_id is not null as was_in_scope_at_start,
    case when in_scope_at_start.issue_id is not null then starts.estimate end as estimate_at_start,
    row_number() over (
        partition by placed.site, placed.issue_id, placed.sprint_id
        order by placed.change_no
    ) as event_no
from placed
inner join sprint_issues
    on placed.site = sprint_issues.site
    and placed.issue_id = sprint_issues.issue_id
    and placed.sprint_id = sprint_issues.sprint_id
left join placed as starts
    on placed.site = starts.site
    and placed.issue_id = starts.issue_id
    and placed.sprint_id = starts.sprint_id
    and starts.event = 'start'
    and starts.status_recency = 1
left join in_scope_at_start
    on placed.site = in_scope_at_start.site
    and placed.issue_id = in_scope_at_start.issue_id
    and placed.sprint_id = in_scope_at_start.sprint_id
where placed.event <> 'start' and placed.status_recency = 1
