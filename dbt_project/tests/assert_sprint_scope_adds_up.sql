-- Of every issue in a sprint: it enters before anything else, enters and leaves in turn, and what its events add up to is
-- what the last of them left in scope.
with events as (

    select * from {{ ref('fct_sprint_scope_event') }}

),

moves as (

    select
        sprint_sk,
        issue_sk,
        event,
        event_no,
        lag(event, 1, 'removed') over (partition by sprint_sk, issue_sk order by event_no) as previous_event
    from events
    where event in ('added', 'removed')

),

sums as (

    select
        sprint_sk,
        issue_sk,
        sum(scope_change) as scope,
        max(event_no) as last_event_no
    from events
    group by
        sprint_sk,
        issue_sk

)

select
    sprint_sk,
    issue_sk
from moves
where event = previous_event
union all
select
    sprint_sk,
    issue_sk
from events
where event_no = 1 and event <> 'added'
union all
select
    sums.sprint_sk,
    sums.issue_sk
from sums
inner join events
    on sums.sprint_sk = events.sprint_sk
    and sums.issue_sk = events.issue_sk
    and sums.last_event_no = events.event_no
where sums.scope <> coalesce(events.estimate_after, 0)
