-- Incidents opened by the as-of date, each with whether the deployment that it names is known.
with incidents as (

    select
        *,
        row_number() over (
            partition by project_code, source_project, service, opened_at
            order by source_path, source_sheet, source_row
        ) as number_at_moment
    from {{ ref('int_incidents') }}

),

deployments as (

    select distinct
        project_code,
        service,
        deployed_at
    from {{ ref('int_deployments') }}

)

select
    {{ surrogate_key(['incidents.project_code', 'incidents.source_project', 'incidents.service',
        'incidents.opened_at', 'incidents.number_at_moment']) }} as incident_sk,
    projects.project_sk,
    incidents.project_code,
    projects.project_name,
    incidents.source_project,
    incidents.service,
    incidents.opened_at,
    days.period,
    days.period_end_on,
    incidents.recovered_at,
    incidents.deployed_at,
    deployments.deployed_at is not null as is_linked,
    case
        when deployments.deployed_at is not null then null
        when incidents.deployed_at is null then 'no_deployment_named'
        else 'unknown_deployment'
    end as unlinked_reason,
    case
        when incidents.recovered_at >= incidents.opened_at
            then cast(
                round(
                    {{ dbt.datediff('incidents.opened_at', 'incidents.recovered_at', 'second') }} / 3600.0, 10
                ) as decimal(18, 10)
            )
    end as recovery_hours,
    case
        when incidents.recovered_at is null then 'not_recovered'
        when incidents.recovered_at < incidents.opened_at then 'recovered_before_opened'
    end as recovery_null_reason,
    incidents.source_path,
    incidents.source_sheet,
    incidents.source_place
from incidents
inner join {{ ref('dim_project') }} as projects
    on incidents.project_code = projects.project_code
    and projects.is_current
left join {{ ref('int_fiscal_days') }} as days
    on incidents.opened_on = days.date_day
left join deployments
    on incidents.project_code = deployments.project_code
    and incidents.service = deployments.service
    and incidents.deployed_at = deployments.deployed_at
