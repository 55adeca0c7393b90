-- Every period of a team (a Jira project under the project it belongs to), from its first issue to the as-of date.
with teams as (

    select
        project_code,
        site,
        project_key,
        min(least(created_period_no, started_period_no, finished_period_no)) as first_period_no
    from {{ ref('int_issue_flow') }}
    where is_counted
    group by
        project_code,
        site,
        project_key

),

ended as (

    select
        periods.*,
        least(periods.end_on, cutoff.as_of) as counted_until_on,
        cutoff.as_of,
        cutoff.timezone
    from {{ ref('int_fiscal_periods') }} as periods
    inner join {{ ref('int_cutoff') }} as cutoff
        on periods.period_no <= cutoff.as_of_period_no

),

moments as (

    select
        *,
        {{ dbt.dateadd('day', 1, 'counted_until_on') }} as day_after
    from ended

)

select
    teams.project_code,
    teams.site,
    teams.project_key,
    moments.period,
    moments.period_no,
    moments.end_on as period_end_on,
    moments.end_on > moments.as_of as is_partial_period,
    moments.as_of,
    {{ start_of_local_day('moments.day_after', 'moments.timezone') }} as counted_until_at
from teams
inner join moments
    on teams.first_period_no <= moments.period_no
