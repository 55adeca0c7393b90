-- Defects of each project that has issues, from its first issue on.
with defects as (

    select * from {{ ref('int_defects') }}

),

project_periods as (

    select
        project_code,
        period,
        period_no,
        period_end_on,
        is_partial_period,
        as_of
    from {{ ref('int_team_periods') }}
    group by
        project_code,
        period,
        period_no,
        period_end_on,
        is_partial_period,
        as_of

),

opened as (

    select
        project_code,
        created_period_no as period_no,
        count(*) as defects,
        sum(case when is_escaped then 1 else 0 end) as escaped,
        sum(case when is_finished or availability = 'present' then 1 else 0 end) as standing
    from defects
    group by
        project_code,
        created_period_no

),

fixed as (

    select
        project_code,
        finished_period_no as period_no,
        count(*) as defects,
        sum(case when is_closed_unfixed then 1 else 0 end) as unfixed
    from defects
    where finished_at is not null
    group by
        project_code,
        finished_period_no

),

undated as (

    select
        project_code,
        created_period_no as period_no,
        count(*) as defects
    from defects
    where is_finished and finished_at is null
    group by
        project_code,
        created_period_no

),

reopened as (

    select
        project_code,
        period_no,
        count(distinct site || ' ' || issue_id) as defects
    from {{ ref('int_defect_reopenings') }}
    group by
        project_code,
        period_no

),

naming as (

    select
        project_code,
        sum(case when names_version then 1 else 0 end) as naming
    from defects
    group by project_code

),

counted as (

    select
        project_periods.*,
        coalesce(opened.defects, 0) as opened,
        coalesce(opened.escaped, 0) as escaped,
        coalesce(fixed.defects, 0) as fixed,
        coalesce(fixed.unfixed, 0) as unfixed,
        coalesce(reopened.defects, 0) as reopened,
        sum(coalesce(opened.standing, 0) - coalesce(fixed.defects, 0) - coalesce(undated.defects, 0)) over (
            partition by project_periods.project_code
            order by project_periods.period_no
            rows between unbounded preceding and current row
        ) as open_defects,
        case
            when naming.project_code is null then 'no_defects'
            when naming.naming = 0 then 'no_affects_version'
        end as escaped_null_reason
    from project_periods
    left join opened
        on project_periods.project_code = opened.project_code
        and project_periods.period_no = opened.period_no
    left join fixed
        on project_periods.project_code = fixed.project_code
        and project_periods.period_no = fixed.period_no
    left join undated
        on project_periods.project_code = undated.project_code
        and project_periods.period_no = undated.period_no
    left join reopened
        on project_periods.project_code = reopened.project_code
        and project_periods.period_no = reopened.period_no
    left join naming
        on project_periods.project_code = naming.project_code

)

select
    {{ surrogate_key(['counted.project_code', 'counted.period']) }} as quality_sk,
    projects.project_sk,
    counted.project_code,
    projects.project_name,
    counted.period,
    counted.period_end_on,
    counted.is_partial_period,
    cast(counted.opened as bigint) as defects_opened,
    cast(counted.fixed as bigint) as defects_fixed,
    cast(counted.unfixed as bigint) as defects_closed_unfixed,
    case when counted.escaped_null_reason is null then cast(counted.escaped as bigint) end as defects_escaped,
    counted.escaped_null_reason as defects_escaped_null_reason,
    cast(counted.reopened as bigint) as defects_reopened,
    cast(counted.open_defects as bigint) as open_defects,
    case
        when counted.escaped_null_reason is null
            then cast(round(cast(counted.escaped as double) / nullif(counted.opened, 0), 10) as decimal(18, 10))
    end as defect_escape_rate,
    coalesce(counted.escaped_null_reason, case when counted.opened = 0 then 'none_opened' end)
        as defect_escape_rate_null_reason,
    counted.as_of
from counted
inner join {{ ref('dim_project') }} as projects
    on counted.project_code = projects.project_code
    and projects.is_current
