-- What a team promised and delivered. A sprint belongs to one board, so the board is its team, and what other projects'
-- issues brought to the sprint counts here once, as in Jira's own report.
{% set reported = "case when sprints.null_reason is null then " %}
with outcomes as (

    select * from {{ ref('int_sprint_issue_outcomes') }}

),

inside as (

    select
        *,
        coalesce(estimate_at_entry, 0) as entry_estimate,
        coalesce(estimate_at_end, 0) as end_estimate
    from outcomes
    where not is_outside

),

sums as (

    select
        site,
        sprint_id,
        sum(case when is_committed then entry_estimate else 0 end) as committed,
        sum(case when is_committed and is_completed then entry_estimate else 0 end) as completed_initial,
        sum(case when is_completed then end_estimate else 0 end) as completed_final,
        sum(case when not is_committed then entry_estimate else 0 end) as added,
        sum(case when not is_in_scope_at_end then end_estimate else 0 end) as removed,
        sum(end_estimate - entry_estimate) as estimate_change,
        sum(case when is_in_scope_at_end and not is_completed then end_estimate else 0 end) as not_completed,
        sum(case when is_committed then 1 else 0 end) as committed_issues,
        sum(case when is_completed then 1 else 0 end) as completed_issues,
        sum(case when is_committed and is_completed then 1 else 0 end) as completed_committed_issues,
        sum(case when not is_committed then 1 else 0 end) as added_issues,
        sum(case when not is_in_scope_at_end then 1 else 0 end) as removed_issues,
        sum(case when is_in_scope_at_end and not is_completed then 1 else 0 end) as not_completed_issues,
        sum(case when is_in_scope_at_end and estimate_at_end is null then 1 else 0 end) as unestimated_issues
    from inside
    group by
        site,
        sprint_id

),

issues_of_sprints as (

    select
        site,
        sprint_id,
        min(estimate_unit) as estimate_unit,
        min(estimate_unit) <> max(estimate_unit) as is_mixed,
        sum(case when is_outside then 1 else 0 end) as completed_outside_issues,
        sum(case when is_outside then coalesce(estimate_at_end, 0) else 0 end) as completed_outside,
        case when min(project_key) = max(project_key) then min(project_key) end as project_key,
        case when min(project_code) = max(project_code) then min(project_code) end as project_code
    from outcomes
    group by
        site,
        sprint_id

),

dated as (

    select
        dim_sprint.*,
        cutoff.as_of,
        coalesce(dim_sprint.completed_at < cutoff.cutoff_at, false) as is_completed,
        {{ local_date('dim_sprint.completed_at', 'cutoff.timezone') }} as completed_on,
        coalesce({{ local_date('dim_sprint.started_at', 'cutoff.timezone') }}, cutoff.as_of) as dated_on,
        case
            when dim_sprint.started_at < cutoff.cutoff_at then null
            when dim_sprint.started_at is not null or dim_sprint.state = 'future' then 'not_started'
            else 'no_dates'
        end as start_null_reason,
        case
            when dim_sprint.completed_at < cutoff.cutoff_at then null
            when dim_sprint.completed_at is null and dim_sprint.state = 'closed' then 'no_completion_date'
            else 'not_completed'
        end as end_null_reason
    from {{ ref('dim_sprint') }} as dim_sprint
    cross join {{ ref('int_cutoff') }} as cutoff

),

sprints as (

    select
        dated.*,
        case
            when dated.jira_project_key is not null then {{ resolved_project() }}
            else coalesce(issues_of_sprints.project_code, 'unmapped')
        end as project_code,
        coalesce(dated.board_name, dated.jira_project_key, issues_of_sprints.project_key) as team,
        issues_of_sprints.estimate_unit,
        coalesce(dated.start_null_reason, case when issues_of_sprints.is_mixed then 'mixed_units' end) as null_reason,
        coalesce(issues_of_sprints.completed_outside, 0) as completed_outside,
        coalesce(issues_of_sprints.completed_outside_issues, 0) as completed_outside_issues,
        case when dated.is_completed then periods.period end as period,
        case when dated.is_completed then periods.period_end_on end as period_end_on
    from dated
    left join issues_of_sprints
        on dated.site = issues_of_sprints.site
        and dated.sprint_id = issues_of_sprints.sprint_id
    left join {{ ref('int_fiscal_days') }} as periods
        on dated.completed_on = periods.date_day
    {{ join_project('dated', 'jira', column='jira_project_key') }}

)

select
    sprints.sprint_sk,
    projects.project_sk,
    sprints.project_code,
    projects.project_name,
    sprints.site,
    sprints.team,
    sprints.board_id,
    sprints.jira_project_key,
    sprints.sprint_id,
    sprints.sprint_name,
    sprints.state,
    sprints.started_at,
    sprints.planned_end_at,
    sprints.completed_at,
    sprints.is_completed,
    sprints.period,
    sprints.period_end_on,
    case
        when sprints.null_reason = 'mixed_units' then 'mixed'
        else coalesce(sprints.estimate_unit, case when sprints.null_reason is null then 'points' end)
    end as estimate_unit,
    {% for measure in ['committed', 'completed_initial', 'completed_final', 'added', 'removed', 'estimate_change',
        'not_completed'] -%}
    {{ reported }}cast(coalesce(sums.{{ measure }}, 0) as decimal(28, 10)) end as {{ measure }},
    {% endfor -%}
    {{ reported }}cast(sprints.completed_outside as decimal(28, 10)) end as completed_outside,
    sprints.null_reason as committed_null_reason,
    case
        when sprints.null_reason is null and sprints.end_null_reason is null
            then cast(coalesce(sums.completed_final, 0) as decimal(28, 10))
    end as velocity,
    coalesce(sprints.null_reason, sprints.end_null_reason) as velocity_null_reason,
    case
        when sprints.null_reason is null and sprints.end_null_reason is null
            then cast(
                round(cast(sums.completed_initial as double) / nullif(cast(sums.committed as double), 0), 10)
                as decimal(18, 10)
            )
    end as predictability,
    case
        when coalesce(sprints.null_reason, sprints.end_null_reason) is not null
            then coalesce(sprints.null_reason, sprints.end_null_reason)
        when coalesce(sums.committed, 0) = 0 then 'nothing_committed'
    end as predictability_null_reason,
    {% for measure in ['committed_issues', 'completed_issues', 'completed_committed_issues', 'added_issues',
        'removed_issues', 'not_completed_issues', 'unestimated_issues'] -%}
    cast(coalesce(sums.{{ measure }}, 0) as bigint) as {{ measure }},
    {% endfor -%}
    cast(sprints.completed_outside_issues as bigint) as completed_outside_issues,
    sprints.as_of
from sprints
inner join {{ ref('dim_project') }} as projects
    on sprints.project_code = projects.project_code
    and projects.is_current
left join sums
    on sprints.site = sums.site
    and sprints.sprint_id = sums.sprint_id
