{{ config(materialized='view') }}

-- The intervals of an issue up to the as-of date, each with its stage. One without an end had not ended by then.
select
    intervals.site,
    intervals.issue_id,
    intervals.interval_no,
    intervals.started_at,
    case when intervals.ended_at < cutoff.cutoff_at then intervals.ended_at end as ended_at,
    {{ stage_of('intervals.status_category', 'status_stages', 'first_columns') }} as stage,
    intervals.is_current,
    intervals.is_history_complete,
    cutoff.cutoff_at
from (
    select
        status_intervals.*,
        issues.project_key
    from {{ ref('int_issue_status_intervals') }} as status_intervals
    inner join {{ ref('int_issues') }} as issues
        on status_intervals.site = issues.site
        and status_intervals.issue_id = issues.issue_id
) as intervals
inner join {{ ref('int_cutoff') }} as cutoff
    on intervals.started_at < cutoff.cutoff_at
{{ join_stage('intervals') }}
