-- At the as-of date a team has as much in progress as issues have an age, and over all periods what was finished. A null
-- has a reason.
with issues as (

    select
        project_code,
        site,
        team,
        count(work_item_age_days) as wip,
        count(finished_period) as throughput
    from {{ ref('fct_issue_flow') }}
    where is_counted
    group by
        project_code,
        site,
        team

),

newest as (

    select
        project_code,
        site,
        team,
        max(period_end_on) as period_end_on,
        sum(throughput) as throughput
    from {{ ref('mart_flow_metrics') }}
    group by
        project_code,
        site,
        team

)

select issues.team
from issues
left join newest
    on issues.project_code = newest.project_code
    and issues.site = newest.site
    and issues.team = newest.team
left join {{ ref('mart_flow_metrics') }} as metrics
    on newest.project_code = metrics.project_code
    and newest.site = metrics.site
    and newest.team = metrics.team
    and newest.period_end_on = metrics.period_end_on
where (issues.wip <> metrics.wip or issues.throughput <> newest.throughput)
union all
select team
from {{ ref('mart_flow_metrics') }}
where (cycle_time_p50_days is null) <> (cycle_time_null_reason is not null)
    or (lead_time_p50_days is null) <> (lead_time_null_reason is not null)
    or (work_item_age_p50_days is null) <> (work_item_age_null_reason is not null)
    or (flow_efficiency is null) <> (flow_efficiency_null_reason is not null)
