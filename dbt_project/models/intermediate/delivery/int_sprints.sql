-- Sprints of the boards, and those that only issues or their histories name: of boards that the account does not see, or
-- deleted. An issue keeps what a sprint was when the issue was last changed, so of several the furthest state counts.
with agile as (

    select * from {{ ref('stg_jira__sprints') }}

),

from_issues as (

    select
        named.*,
        row_number() over (
            partition by named.site, named.sprint_id
            order by
                case named.state when 'closed' then 3 when 'active' then 2 when 'future' then 1 else 0 end desc,
                issues.updated_at desc,
                named.issue_id
        ) as recency
    from {{ ref('stg_jira__issue_sprints') }} as named
    inner join {{ ref('stg_jira__issues') }} as issues
        on named.site = issues.site
        and named.issue_id = issues.issue_id

),

-- The name is certain where the list has one sprint; in a longer one a comma may be part of a name.
from_changes as (

    select
        site,
        sprint_id,
        max(name) as name
    from {{ ref('int_sprint_mentions') }}
    group by
        site,
        sprint_id

),

final as (

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
        'board' as known_from
    from agile
    union all
    select
        from_issues.site,
        from_issues.sprint_id,
        from_issues.board_id,
        from_issues.name,
        from_issues.state,
        null,
        from_issues.started_at,
        from_issues.ended_at,
        from_issues.completed_at,
        null,
        'issue'
    from from_issues
    left join agile
        on from_issues.site = agile.site
        and from_issues.sprint_id = agile.sprint_id
    where from_issues.recency = 1 and agile.sprint_id is null
    union all
    select
        from_changes.site,
        from_changes.sprint_id,
        null,
        from_changes.name,
        null,
        null,
        null,
        null,
        null,
        null,
        'changelog'
    from from_changes
    left join agile
        on from_changes.site = agile.site
        and from_changes.sprint_id = agile.sprint_id
    left join from_issues
        on from_changes.site = from_issues.site
        and from_changes.sprint_id = from_issues.sprint_id
        and from_issues.recency = 1
    where agile.sprint_id is null and from_issues.sprint_id is null

)

select * from final
