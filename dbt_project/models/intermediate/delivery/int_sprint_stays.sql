-- When an issue stood in a sprint. A closed sprint keeps its issues, so that a stay ends only where the issue is taken
-- out. Whatever was in a sprint before any change put it there was created into it.
with issues as (

    select * from {{ ref('int_issues') }}

),

mentions as (

    select * from {{ ref('int_sprint_mentions') }}

),

moves as (

    select
        site,
        issue_id,
        sprint_id,
        change_no,
        is_named as is_added,
        lag(is_named) over (partition by site, issue_id, sprint_id order by change_no) as was_added
    from mentions
    where was_named <> is_named

),

first_moves as (

    select
        site,
        issue_id,
        sprint_id,
        min(change_no) as first_move_no
    from moves
    group by
        site,
        issue_id,
        sprint_id

),

-- Named by the issue now, or by its history before anything had put it there.
candidates as (

    select
        site,
        issue_id,
        sprint_id
    from {{ ref('stg_jira__issue_sprints') }}
    union
    select
        site,
        issue_id,
        sprint_id
    from mentions
    where was_named

),

created_into as (

    select candidates.*
    from candidates
    left join first_moves
        on candidates.site = first_moves.site
        and candidates.issue_id = first_moves.issue_id
        and candidates.sprint_id = first_moves.sprint_id
    left join moves
        on first_moves.site = moves.site
        and first_moves.issue_id = moves.issue_id
        and first_moves.sprint_id = moves.sprint_id
        and first_moves.first_move_no = moves.change_no
    where not coalesce(moves.is_added, false)

),

steps as (

    select
        site,
        issue_id,
        sprint_id,
        0 as change_no,
        true as is_added
    from created_into
    union all
    select
        site,
        issue_id,
        sprint_id,
        change_no,
        is_added
    from moves
    where was_added is null or was_added <> is_added

),

bounded as (

    select
        *,
        lead(change_no) over (partition by site, issue_id, sprint_id order by change_no) as removed_no
    from steps

)

select
    bounded.site,
    bounded.issue_id,
    bounded.sprint_id,
    row_number() over (
        partition by bounded.site, bounded.issue_id, bounded.sprint_id
        order by bounded.change_no
    ) as stay_no,
    bounded.change_no as added_no,
    bounded.removed_no,
    coalesce(additions.changed_at, issues.created_at) as added_at,
    removals.changed_at as removed_at
from bounded
inner join issues
    on bounded.site = issues.site
    and bounded.issue_id = issues.issue_id
left join {{ ref('int_issue_changes') }} as additions
    on bounded.site = additions.site
    and bounded.issue_id = additions.issue_id
    and bounded.change_no = additions.change_no
left join {{ ref('int_issue_changes') }} as removals
    on bounded.site = removals.site
    and bounded.issue_id = removals.issue_id
    and bounded.removed_no = removals.change_no
where bounded.is_added
