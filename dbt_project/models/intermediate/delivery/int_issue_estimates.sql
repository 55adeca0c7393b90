-- What an issue was estimated at, from its creation (`change_no` 0) and from each change of the estimate on.
with fields_in_use as (

    select distinct
        site,
        issue_id,
        field_id
    from {{ ref('int_sprint_issues') }}

),

changes as (

    select
        *,
        row_number() over (partition by site, issue_id, field_id order by change_no) as estimate_no
    from {{ ref('int_issue_changes') }}
    where kind = 'estimate'

),

estimated as (

    select
        fields_in_use.site,
        fields_in_use.issue_id,
        fields_in_use.field_id,
        0 as change_no,
        cast(null as {{ dbt.type_string() }}) as history_id,
        cast(null as bigint) as position,
        cast(null as timestamp) as changed_at,
        case
            when changes.issue_id is not null then changes.estimate_from
            when fields_in_use.field_id = 'timeoriginalestimate' then issues.original_estimate_hours
            when fields_in_use.field_id = 'timeestimate' then issues.remaining_estimate_hours
            else issues.story_points
        end as estimate
    from fields_in_use
    inner join {{ ref('int_issues') }} as issues
        on fields_in_use.site = issues.site
        and fields_in_use.issue_id = issues.issue_id
    left join changes
        on fields_in_use.site = changes.site
        and fields_in_use.issue_id = changes.issue_id
        and fields_in_use.field_id = changes.field_id
        and changes.estimate_no = 1
    union all
    select
        changes.site,
        changes.issue_id,
        changes.field_id,
        changes.change_no,
        changes.history_id,
        changes.position,
        changes.changed_at,
        changes.estimate_to
    from changes
    inner join fields_in_use
        on changes.site = fields_in_use.site
        and changes.issue_id = fields_in_use.issue_id
        and changes.field_id = fields_in_use.field_id

)

select
    *,
    lag(estimate) over (partition by site, issue_id, field_id order by change_no) as previous_estimate
from estimated
