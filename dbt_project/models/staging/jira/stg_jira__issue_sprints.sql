{{ config(materialized='table') }}

with current_rows as (

    {{ current_rows('raw_jira', 'issues', key=['site', 'issue_id']) }}

)

select
    current_rows.site,
    current_rows.issue_id,
    {{ json_member('sprint.member', 'id') }} as sprint_id,
    {{ json_member('sprint.member', 'board_id') }} as board_id,
    {{ json_member('sprint.member', 'name') }} as name,
    lower({{ json_member('sprint.member', 'state') }}) as state,
    cast({{ json_member('sprint.member', 'started_at') }} as timestamp) as started_at,
    cast({{ json_member('sprint.member', 'ended_at') }} as timestamp) as ended_at,
    cast({{ json_member('sprint.member', 'completed_at') }} as timestamp) as completed_at
from current_rows
cross join lateral {{ unnest_json('current_rows.sprints') }} as sprint (member)
