with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

items as (

    select
        decisions.project_code,
        'decision' as kind,
        coalesce(decisions.about, 'unassigned') as about,
        decisions.decided_on is null and decisions.outcome is null as is_open,
        cast(null as boolean) as is_overdue,
        case
            when decisions.decided_on is null and decisions.outcome is null
                then {{ dbt.datediff('decisions.asked_on', 'parameters.as_of', 'day') }}
        end as age_days,
        {{ dbt.datediff('decisions.asked_on', 'decisions.decided_on', 'day') }} as days_to_decide,
        cast(null as bigint) as overdue_days
    from {{ ref('int_decisions') }} as decisions
    cross join parameters
    union all
    select
        actions.project_code,
        'action',
        'action',
        actions.done_on is null,
        actions.done_on is null and coalesce(actions.due_on < parameters.as_of, false),
        null,
        null,
        case
            when actions.done_on is null and actions.due_on < parameters.as_of
                then {{ dbt.datediff('actions.due_on', 'parameters.as_of', 'day') }}
        end
    from {{ ref('int_actions') }} as actions
    cross join parameters

),

counted as (

    select
        project_code,
        kind,
        about,
        count(*) as total_count,
        count(case when is_open then 1 end) as open_count,
        count(case when not is_open then 1 end) as decided_count,
        case when kind = 'action' then count(case when is_overdue then 1 end) end as overdue_count,
        count(age_days) as aged_count,
        sum(age_days) as open_age_days_total,
        max(age_days) as open_age_days_max,
        count(days_to_decide) as timed_count,
        sum(days_to_decide) as days_to_decide_total,
        max(overdue_days) as overdue_days_max
    from items
    group by project_code, kind, about

)

select
    {{ surrogate_key(['counted.project_code', 'counted.kind', 'counted.about']) }} as decisions_actions_sk,
    projects.project_sk,
    counted.project_code,
    projects.project_name,
    counted.kind,
    counted.about,
    counted.total_count,
    counted.open_count,
    counted.decided_count,
    counted.overdue_count,
    case when counted.kind = 'decision' then 'no_due_date' end as overdue_count_null_reason,
    cast(counted.overdue_days_max as bigint) as overdue_days_max,
    case
        when counted.kind = 'decision' then 'no_due_date'
        when counted.overdue_count = 0 then 'nothing_overdue'
    end as overdue_days_max_null_reason,
    {% set age_reason -%}
    case
        when counted.aged_count > 0 then null
        when counted.open_count = 0 then 'nothing_open'
        else 'no_start_date'
    end
    {%- endset -%}
    case
        when counted.aged_count > 0 then cast(counted.open_age_days_total / counted.aged_count as decimal(28, 10))
    end as open_age_days,
    {{ age_reason }} as open_age_days_null_reason,
    cast(counted.open_age_days_max as bigint) as open_age_days_max,
    {{ age_reason }} as open_age_days_max_null_reason,
    cast(counted.aged_count as bigint) as aged_count,
    case
        when counted.timed_count > 0 then cast(counted.days_to_decide_total / counted.timed_count as decimal(28, 10))
    end as days_to_decide,
    case
        when counted.timed_count > 0 then null
        when counted.decided_count = 0 then 'nothing_decided'
        else 'no_start_date'
    end as days_to_decide_null_reason,
    cast(counted.timed_count as bigint) as timed_count,
    parameters.as_of
from counted
cross join parameters
inner join {{ ref('dim_project') }} as projects
    on counted.project_code = projects.project_code
    and projects.is_current
