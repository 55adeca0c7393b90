select
    {{ surrogate_key(['intervals.site', 'intervals.issue_id', 'intervals.interval_no']) }} as issue_status_interval_sk,
    issues.issue_sk,
    issues.project_sk,
    issues.project_code,
    issues.project_name,
    issues.site,
    issues.issue_id,
    issues.issue_key,
    issues.jira_project_key,
    issues.issue_type,
    intervals.interval_no,
    intervals.status_id,
    intervals.status,
    intervals.status_category,
    intervals.status_category = 'indeterminate' as is_active,
    intervals.started_at,
    intervals.ended_at,
    cast(
        round({{ dbt.datediff('intervals.started_at', 'intervals.ended_at', 'millisecond') }} / 3600000.0, 10)
        as decimal(18, 10)
    ) as hours,
    intervals.is_current,
    intervals.is_history_complete,
    issues.availability,
    issues.is_deleted,
    issues.source_path,
    issues.source_sheet,
    issues.source_place
from {{ ref('int_issue_status_intervals') }} as intervals
inner join {{ ref('fct_issue') }} as issues
    on intervals.site = issues.site
    and intervals.issue_id = issues.issue_id
