-- Deployments by the as-of date, each with the incidents that name it.
with deployments as (

    select
        *,
        row_number() over (
            partition by project_code, source_project, service, deployed_at
            order by source_path, source_sheet, source_row
        ) as number_at_moment
    from {{ ref('int_deployments') }}

),

linked as (

    select
        project_code,
        service,
        deployed_at,
        count(*) as incidents
    from {{ ref('int_incidents') }}
    where deployed_at is not null
    group by
        project_code,
        service,
        deployed_at

)

select
    {{ surrogate_key(['deployments.project_code', 'deployments.source_project', 'deployments.service',
        'deployments.deployed_at', 'deployments.number_at_moment']) }} as deployment_sk,
    projects.project_sk,
    deployments.project_code,
    projects.project_name,
    deployments.source_project,
    deployments.service,
    deployments.deployed_at,
    days.period,
    days.period_end_on,
    deployments.commit_at,
    case
        when deployments.commit_at <= deployments.deployed_at
            then cast(
                round(
                    {{ dbt.datediff('deployments.commit_at', 'deployments.deployed_at', 'second') }} / 3600.0, 10
                ) as decimal(18, 10)
            )
    end as lead_time_hours,
    case
        when deployments.commit_at is null then 'no_commit'
        when deployments.commit_at > deployments.deployed_at then 'commit_after_deployment'
    end as lead_time_null_reason,
    deployments.outcome,
    cast(coalesce(linked.incidents, 0) as bigint) as linked_incidents,
    deployments.source_path,
    deployments.source_sheet,
    deployments.source_place
from deployments
inner join {{ ref('dim_project') }} as projects
    on deployments.project_code = projects.project_code
    and projects.is_current
left join {{ ref('int_fiscal_days') }} as days
    on deployments.deployed_on = days.date_day
left join linked
    on deployments.project_code = linked.project_code
    and deployments.service = linked.service
    and deployments.deployed_at = linked.deployed_at
