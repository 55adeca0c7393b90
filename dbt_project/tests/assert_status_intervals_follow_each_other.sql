-- Of every issue: intervals numbered from 1, each beginning where the one before it ended, the last one open, the first
-- not later than the creation; what has ended adds up to the time from the first to the last.
with intervals as (

    select
        *,
        lag(ended_at) over (partition by issue_sk order by interval_no) as previous_end,
        lag(interval_no) over (partition by issue_sk order by interval_no) as previous_no,
        lead(interval_no) over (partition by issue_sk order by interval_no) as next_no
    from {{ ref('fct_issue_status_interval') }}

),

broken as (

    select issue_sk
    from intervals
    where interval_no <> coalesce(previous_no, 0) + 1
        or (interval_no > 1 and (previous_end is null or started_at <> previous_end))
        or (ended_at < started_at)
        or is_current <> (next_no is null)
        or is_current <> (ended_at is null)
        or is_current <> (hours is null)

),

sums as (

    select
        issue_sk,
        min(started_at) as first_started_at,
        max(started_at) as last_started_at,
        coalesce(sum(hours), 0) as hours,
        count(*) as intervals
    from intervals
    group by issue_sk

)

select issue_sk from broken
union all
select issues.issue_sk
from {{ ref('fct_issue') }} as issues
left join sums
    on issues.issue_sk = sums.issue_sk
where sums.issue_sk is null
    or sums.first_started_at > issues.created_at
    -- Each interval is rounded to ten decimals by itself.
    or abs(
        sums.hours
        - {{ dbt.datediff('sums.first_started_at', 'sums.last_started_at', 'millisecond') }} / 3600000.0
    ) > 0.000000001 * (sums.intervals + 1)
