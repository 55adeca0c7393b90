-- An issue is in one status at a time: from its creation to its first change, from each change to the next. Zero-length
-- intervals stay, so that no status that was passed through is lost.
with issues as (

    select * from {{ ref('int_issues') }}

),

changes as (

    select * from {{ ref('int_issue_changes') }}
    where kind = 'status'

),

first_changes as (

    select
        *,
        row_number() over (partition by site, issue_id order by change_no) as status_change_no
    from changes

),

entered as (

    select
        issues.site,
        issues.issue_id,
        0 as change_no,
        -- An imported issue may be younger than its history.
        least(issues.created_at, coalesce(first_changes.changed_at, issues.created_at)) as started_at,
        case when first_changes.issue_id is null then issues.status_id else first_changes.from_value end as status_id,
        case when first_changes.issue_id is null then issues.status else first_changes.from_text end as status_text,
        cast(null as {{ dbt.type_string() }}) as from_status_id,
        cast(null as {{ dbt.type_string() }}) as from_status_text
    from issues
    left join first_changes
        on issues.site = first_changes.site
        and issues.issue_id = first_changes.issue_id
        and first_changes.status_change_no = 1
    union all
    select
        changes.site,
        changes.issue_id,
        changes.change_no,
        changes.changed_at,
        changes.to_value,
        changes.to_text,
        changes.from_value,
        changes.from_text
    from changes
    inner join issues
        on changes.site = issues.site
        and changes.issue_id = issues.issue_id

),

sequenced as (

    select
        *,
        row_number() over (partition by site, issue_id order by change_no) as interval_no,
        lag(status_id) over (partition by site, issue_id order by change_no) as previous_status_id,
        lag(status_text) over (partition by site, issue_id order by change_no) as previous_status_text,
        lead(change_no) over (partition by site, issue_id order by change_no) as next_change_no,
        lead(started_at) over (partition by site, issue_id order by change_no) as ended_at
    from entered

),

-- A gap shows where a change does not begin with the status that the change before it led to.
judged as (

    select
        sequenced.*,
        case when sequenced.status_id = issues.status_id then issues.status_category end as category_at_issue,
        case
            when sequenced.interval_no > 1
                and not coalesce(
                    sequenced.from_status_id = sequenced.previous_status_id,
                    lower(sequenced.from_status_text) = lower(sequenced.previous_status_text),
                    false
                )
                then 1
            when sequenced.next_change_no is null
                and not coalesce(
                    sequenced.status_id = issues.status_id,
                    lower(sequenced.status_text) = lower(issues.status),
                    false
                )
                then 1
            when sequenced.interval_no = 1 and sequenced.next_change_no is null and issues.resolved_at is not null
                then 1
            else 0
        end as gaps
    from sequenced
    inner join issues
        on sequenced.site = issues.site
        and sequenced.issue_id = issues.issue_id

)

select
    judged.site,
    judged.issue_id,
    judged.interval_no,
    judged.change_no,
    judged.next_change_no,
    judged.status_id,
    coalesce(statuses.name, judged.status_text) as status,
    coalesce(
        statuses.category_key, judged.category_at_issue, status_names.status_category, 'undefined'
    ) as status_category,
    judged.started_at,
    judged.ended_at,
    judged.next_change_no is null as is_current,
    sum(judged.gaps) over (partition by judged.site, judged.issue_id) = 0 as is_history_complete
from judged
left join {{ ref('stg_jira__statuses') }} as statuses
    on judged.site = statuses.site
    and judged.status_id = statuses.status_id
left join {{ ref('int_status_names') }} as status_names
    on judged.site = status_names.site
    and lower(judged.status_text) = status_names.status_name
    and statuses.status_id is null
