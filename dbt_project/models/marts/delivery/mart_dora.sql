-- The four measures of DORA, from the register. Deployments count in the period of their own day, incidents in that of
-- their opening.
with deployments as (

    select * from {{ ref('fct_deployment') }}

),

incidents as (

    select * from {{ ref('fct_incident') }}

),

services as (

    select
        seen.project_code,
        seen.service,
        min(periods.period_no) as first_period_no
    from (
        select
            project_code,
            service,
            period
        from deployments
        union all
        select
            project_code,
            service,
            period
        from incidents
    ) as seen
    inner join {{ ref('int_fiscal_periods') }} as periods
        on seen.period = periods.period
    group by
        seen.project_code,
        seen.service

),

service_periods as (

    select
        services.project_code,
        services.service,
        periods.period,
        periods.end_on as period_end_on,
        periods.end_on > cutoff.as_of as is_partial_period,
        {{ dbt.datediff('periods.start_on', 'least(periods.end_on, cutoff.as_of)', 'day') }} + 1 as days_counted,
        cutoff.as_of
    from services
    inner join {{ ref('int_fiscal_periods') }} as periods
        on services.first_period_no <= periods.period_no
    inner join {{ ref('int_cutoff') }} as cutoff
        on periods.period_no <= cutoff.as_of_period_no

),

deployed as (

    select
        project_code,
        service,
        period,
        count(*) as deployments,
        sum(case when outcome = 'failed' then 1 else 0 end) as failed_deployments,
        sum(case when linked_incidents > 0 then 1 else 0 end) as deployments_with_incident,
        count(lead_time_hours) as lead_time_n,
        count(*) - count(lead_time_hours) as deployments_without_lead_time,
        {{ percentile(0.5, 'lead_time_hours') }} as lead_time_for_changes
    from deployments
    group by
        project_code,
        service,
        period

),

opened as (

    select
        project_code,
        service,
        period,
        count(*) as incidents,
        sum(case when is_linked then 0 else 1 end) as unlinked_incidents,
        sum(case when is_linked then 1 else 0 end) as linked_incidents,
        count(case when is_linked then recovery_hours end) as recovery_n,
        sum(case when recovered_at is null then 1 else 0 end) as unrecovered_incidents,
        {{ percentile(0.5, 'case when is_linked then recovery_hours end') }} as recovery_time
    from incidents
    group by
        project_code,
        service,
        period

)

select
    {{ surrogate_key(['service_periods.project_code', 'service_periods.service', 'service_periods.period']) }} as dora_sk,
    projects.project_sk,
    service_periods.project_code,
    projects.project_name,
    service_periods.service,
    service_periods.period,
    service_periods.period_end_on,
    service_periods.is_partial_period,
    cast(coalesce(deployed.deployments, 0) as bigint) as deployments,
    cast(service_periods.days_counted as bigint) as days_counted,
    cast(
        round(cast(coalesce(deployed.deployments, 0) as double) / service_periods.days_counted, 10) as decimal(18, 10)
    ) as deployment_frequency,
    deployed.lead_time_for_changes,
    case
        when deployed.lead_time_n > 0 then null
        when deployed.deployments > 0 then 'no_commit_known'
        else 'no_deployments'
    end as lead_time_for_changes_null_reason,
    cast(coalesce(deployed.lead_time_n, 0) as bigint) as lead_time_n,
    cast(coalesce(deployed.deployments_without_lead_time, 0) as bigint) as deployments_without_lead_time,
    cast(coalesce(deployed.deployments_with_incident, 0) as bigint) as deployments_with_incident,
    cast(
        round(cast(deployed.deployments_with_incident as double) / deployed.deployments, 10) as decimal(18, 10)
    ) as change_fail_rate,
    case when deployed.deployments is null then 'no_deployments' end as change_fail_rate_null_reason,
    cast(coalesce(deployed.failed_deployments, 0) as bigint) as failed_deployments,
    cast(coalesce(opened.incidents, 0) as bigint) as incidents,
    cast(coalesce(opened.unlinked_incidents, 0) as bigint) as unlinked_incidents,
    opened.recovery_time,
    case
        when opened.recovery_n > 0 then null
        when opened.incidents is null then 'no_incidents'
        when opened.linked_incidents = 0 then 'no_linked_incident'
        else 'not_recovered'
    end as recovery_time_null_reason,
    cast(coalesce(opened.recovery_n, 0) as bigint) as recovery_n,
    cast(coalesce(opened.unrecovered_incidents, 0) as bigint) as unrecovered_incidents,
    service_periods.as_of
from service_periods
inner join {{ ref('dim_project') }} as projects
    on service_periods.project_code = projects.project_code
    and projects.is_current
left join deployed
    on service_periods.project_code = deployed.project_code
    and service_periods.service = deployed.service
    and service_periods.period = deployed.period
left join opened
    on service_periods.project_code = opened.project_code
    and service_periods.service = opened.service
    and service_periods.period = opened.period
