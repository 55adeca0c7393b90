-- A team's flow, period by period. What is in progress at a period's end was started by then and not finished by then, as
-- this release knows it, so that it changes by what is started and finished in each period.
{% set keys = ['project_code', 'site', 'project_key', 'period_no'] %}
with flow as (

    select * from {{ ref('int_issue_flow') }}
    where is_counted

),

team_periods as (

    select * from {{ ref('int_team_periods') }}

),

created as (

    select
        project_code,
        site,
        project_key,
        created_period_no as period_no,
        count(*) as issues
    from flow
    group by
        project_code,
        site,
        project_key,
        created_period_no

),

started as (

    select
        project_code,
        site,
        project_key,
        started_period_no as period_no,
        count(*) as issues
    from flow
    where started_at is not null
    group by
        project_code,
        site,
        project_key,
        started_period_no

),

finished as (

    select
        project_code,
        site,
        project_key,
        finished_period_no as period_no,
        count(*) as throughput,
        count(cycle_time_days) as cycle_time_n,
        {% for percent in [50, 85, 95] -%}
        {{ percentile(percent / 100, 'cycle_time_days') }} as cycle_time_p{{ percent }}_days,
        {{ percentile(percent / 100, 'lead_time_days') }} as lead_time_p{{ percent }}_days,
        {% endfor -%}
        cast(sum(case when cycle_time_days is not null then active_days end) as decimal(28, 10)) as active_days,
        cast(sum(case when active_days is not null then cycle_time_days end) as decimal(28, 10)) as elapsed_days,
        sum(case when is_history_complete then 0 else 1 end) as incomplete_histories
    from flow
    where finished_at is not null
    group by
        project_code,
        site,
        project_key,
        finished_period_no

),

in_progress as (

    select
        team_periods.project_code,
        team_periods.site,
        team_periods.project_key,
        team_periods.period_no,
        {{ elapsed_days('flow.started_at', 'team_periods.counted_until_at') }} as age_days
    from flow
    inner join team_periods
        on flow.project_code = team_periods.project_code
        and flow.site = team_periods.site
        and flow.project_key = team_periods.project_key
        and flow.started_at < team_periods.counted_until_at
        and coalesce(flow.finished_at >= team_periods.counted_until_at, true)
    where flow.finished_at is not null or (not flow.is_finished and flow.availability = 'present')

),

ageing as (

    select
        project_code,
        site,
        project_key,
        period_no,
        count(*) as wip,
        {{ percentile(0.5, 'age_days') }} as work_item_age_p50_days,
        {{ percentile(0.85, 'age_days') }} as work_item_age_p85_days,
        max(age_days) as work_item_age_max_days
    from in_progress
    group by
        project_code,
        site,
        project_key,
        period_no

)

select
    {{ surrogate_key(['team_periods.project_code', 'team_periods.site', 'team_periods.project_key', 'team_periods.period']) }}
        as flow_metrics_sk,
    projects.project_sk,
    team_periods.project_code,
    projects.project_name,
    team_periods.site,
    team_periods.project_key as team,
    team_periods.period,
    team_periods.period_end_on,
    team_periods.is_partial_period,
    cast(coalesce(created.issues, 0) as bigint) as created_issues,
    cast(coalesce(started.issues, 0) as bigint) as started_issues,
    cast(coalesce(finished.throughput, 0) as bigint) as throughput,
    cast(coalesce(finished.cycle_time_n, 0) as bigint) as cycle_time_n,
    finished.cycle_time_p50_days,
    finished.cycle_time_p85_days,
    finished.cycle_time_p95_days,
    case
        when finished.cycle_time_n > 0 then null
        when finished.throughput > 0 then 'no_start_known'
        else 'nothing_finished'
    end as cycle_time_null_reason,
    finished.lead_time_p50_days,
    finished.lead_time_p85_days,
    finished.lead_time_p95_days,
    case when finished.throughput is null then 'nothing_finished' end as lead_time_null_reason,
    cast(coalesce(ageing.wip, 0) as bigint) as wip,
    ageing.work_item_age_p50_days,
    ageing.work_item_age_p85_days,
    ageing.work_item_age_max_days,
    case when ageing.wip is null then 'nothing_in_progress' end as work_item_age_null_reason,
    cast(coalesce(finished.active_days, 0) as decimal(28, 10)) as active_days,
    cast(coalesce(finished.elapsed_days, 0) as decimal(28, 10)) as elapsed_days,
    cast(
        round(cast(finished.active_days as double) / nullif(cast(finished.elapsed_days as double), 0), 10)
        as decimal(18, 10)
    ) as flow_efficiency,
    case
        when finished.elapsed_days > 0 then null
        when finished.throughput is null then 'nothing_finished'
        when finished.elapsed_days = 0 then 'no_elapsed_time'
        else 'no_start_known'
    end as flow_efficiency_null_reason,
    cast(coalesce(finished.incomplete_histories, 0) as bigint) as incomplete_histories,
    team_periods.as_of
from team_periods
inner join {{ ref('dim_project') }} as projects
    on team_periods.project_code = projects.project_code
    and projects.is_current
{% for measured in ['created', 'started', 'finished', 'ageing'] -%}
left join {{ measured }}
    on {% for key in keys %}team_periods.{{ key }} = {{ measured }}.{{ key }}{% if not loop.last %} and {% endif %}{% endfor %}
{% endfor -%}
