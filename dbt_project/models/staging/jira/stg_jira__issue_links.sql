{{ config(materialized='table') }}

with current_rows as (

    {{ current_rows('raw_jira', 'issues', key=['site', 'issue_id']) }}

)

select
    current_rows.site,
    current_rows.issue_id,
    {{ json_member('link.member', 'id') }} as link_id,
    {{ json_member('link.member', 'type_id') }} as link_type_id,
    {{ json_member('link.member', 'direction') }} as direction,
    {{ json_member('link.member', 'issue_id') }} as other_issue_id,
    {{ json_member('link.member', 'issue_key') }} as other_issue_key
from current_rows
cross join lateral {{ unnest_json('current_rows.links') }} as link (member)
