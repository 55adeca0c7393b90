-- When an issue was started and finished, as known at the as-of date. Started is the first entry to an active stage,
-- finished the last entry to done; who is reopened is not finished. Where no change leads to done, Jira's resolution date
-- is when it was reached. An imported issue may be younger than its history, and counts from that on.
{% set unfixed = ["won't do", "won't fix", 'wontfix', 'duplicate', 'cannot reproduce', 'invalid', 'declined', 'rejected',
    'not a bug', 'needs more info', 'incomplete', 'works as designed', 'abandoned', 'obsolete'] %}
with intervals as (

    select
        site,
        issue_id,
        min(cutoff_at) as cutoff_at,
        min(started_at) as known_since,
        min(case when stage = 'active' then started_at end) as first_active_at,
        max(case when stage <> 'done' then ended_at end) as last_left_at,
        sum(case
            when stage = 'active'
                then {{ dbt.datediff('started_at', 'coalesce(ended_at, cutoff_at)', 'millisecond') }}
            else 0
        end) as active_milliseconds,
        max(case when ended_at is null then stage end) as last_stage,
        max(case when ended_at is null and is_current then 1 else 0 end) = 1 as is_newest,
        min(case when is_history_complete then 1 else 0 end) = 1 as is_history_complete,
        max(case when stage = 'unknown' then 1 else 0 end) = 1 as has_unknown_stage
    from {{ ref('int_issue_stage_intervals') }}
    group by
        site,
        issue_id

),

staged as (

    select
        issues.*,
        {{ stage_of('issues.current_status_category', 'status_stages', 'first_columns') }} as shown_stage,
        case
            when issues.is_gone_for_good then 'deleted'
            when issues.is_subtask then 'subtask'
            when coalesce(issue_types.hierarchy_level, 0) > 0 then 'epic'
            when issue_types.hierarchy_level is null and lower(issues.current_issue_type) = 'epic' then 'epic'
        end as not_counted_reason
    from {{ ref('int_issues') }} as issues
    left join {{ ref('stg_jira__issue_types') }} as issue_types
        on issues.site = issue_types.site
        and issues.issue_type_id = issue_types.issue_type_id
    {{ join_stage('issues', status='current_status') }}

),

reached as (

    select
        staged.site,
        staged.issue_id,
        staged.project_key,
        staged.project_code,
        intervals.known_since as created_at,
        staged.current_issue_type as issue_type,
        staged.not_counted_reason,
        staged.availability,
        staged.affects_versions,
        coalesce(lower(staged.current_resolution) in (
            {%- for name in unfixed %}'{{ name | replace("'", "''") }}'{% if not loop.last %}, {% endif %}{% endfor -%}
        ), false) as is_closed_unfixed,
        intervals.cutoff_at,
        intervals.first_active_at,
        intervals.active_milliseconds,
        intervals.last_stage,
        intervals.is_history_complete,
        intervals.has_unknown_stage,
        case when intervals.is_newest then staged.shown_stage else intervals.last_stage end as stage,
        case
            when intervals.last_stage = 'done' and intervals.last_left_at is not null then intervals.last_left_at
            when staged.resolved_at < intervals.cutoff_at then staged.resolved_at
        end as done_at
    from staged
    inner join intervals
        on staged.site = intervals.site
        and staged.issue_id = intervals.issue_id

),

dated as (

    select
        *,
        case when stage = 'done' then done_at end as finished_at,
        case
            when stage = 'done' and first_active_at > done_at then null
            else first_active_at
        end as started_at
    from reached

),

with_days as (

    select
        dated.*,
        {{ local_date('dated.created_at', 'cutoff.timezone') }} as created_on,
        {{ local_date('dated.started_at', 'cutoff.timezone') }} as started_on,
        {{ local_date('dated.finished_at', 'cutoff.timezone') }} as finished_on
    from dated
    cross join {{ ref('int_cutoff') }} as cutoff

)

select
    with_days.site,
    with_days.issue_id,
    with_days.project_key,
    with_days.project_code,
    with_days.issue_type,
    with_days.not_counted_reason is null as is_counted,
    with_days.not_counted_reason,
    with_days.availability,
    with_days.affects_versions,
    with_days.is_closed_unfixed,
    with_days.stage,
    with_days.stage = 'done' as is_finished,
    with_days.is_history_complete,
    with_days.has_unknown_stage,
    with_days.created_at,
    with_days.created_on,
    created_days.period_no as created_period_no,
    created_days.period as created_period,
    with_days.started_at,
    started_days.period_no as started_period_no,
    started_days.period as started_period,
    case
        when with_days.started_at is not null then null
        when with_days.stage = 'active' or not with_days.is_history_complete then 'no_history'
        when with_days.stage = 'done' and with_days.last_stage = 'done' and with_days.finished_at is null
            then 'no_history'
        when with_days.has_unknown_stage then 'unknown_status'
        when with_days.stage = 'done' then 'never_started'
        else 'not_started'
    end as started_at_null_reason,
    with_days.finished_at,
    finished_days.period_no as finished_period_no,
    finished_days.period as finished_period,
    case
        when with_days.finished_at is not null then null
        when with_days.stage = 'done' then 'no_history'
        else 'not_finished'
    end as finished_at_null_reason,
    {{ elapsed_days('with_days.started_at', 'with_days.finished_at') }} as cycle_time_days,
    {{ elapsed_days('with_days.created_at', 'with_days.finished_at') }} as lead_time_days,
    case
        when with_days.stage <> 'done' and with_days.availability = 'present' and with_days.not_counted_reason is null
            then {{ elapsed_days('with_days.started_at', 'with_days.cutoff_at') }}
    end as work_item_age_days,
    -- Active time adds up to the finish only where the history leads there.
    case
        when with_days.started_at is not null and (with_days.stage <> 'done' or with_days.last_stage = 'done')
            then cast(round(with_days.active_milliseconds / 86400000.0, 10) as decimal(18, 10))
    end as active_days,
    case
        when with_days.stage = 'done' then {{ elapsed_days('with_days.started_at', 'with_days.finished_at') }}
        else {{ elapsed_days('with_days.started_at', 'with_days.cutoff_at') }}
    end as elapsed_days
from with_days
left join {{ ref('int_fiscal_days') }} as created_days
    on with_days.created_on = created_days.date_day
left join {{ ref('int_fiscal_days') }} as started_days
    on with_days.started_on = started_days.date_day
left join {{ ref('int_fiscal_days') }} as finished_days
    on with_days.finished_on = finished_days.date_day
