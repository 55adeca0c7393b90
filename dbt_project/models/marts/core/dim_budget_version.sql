with versions as (

    select * from {{ ref('int_budget_versions') }}

),

-- The version of a project that stands from its approval on: a later approval of a lower number replaces nothing.
leading_versions as (

    select
        *,
        max(version_no) over (
            partition by project_code order by approved_on, version_no rows between unbounded preceding and current row
        ) as highest_version_no
    from versions

),

standing as (

    select
        budget_version_sk,
        lead(approved_on) over (partition by project_code order by approved_on, version_no) as next_approved_on
    from leading_versions
    where version_no = highest_version_no

)

select
    versions.budget_version_sk,
    projects.project_sk,
    versions.project_code,
    cast(versions.version_no as integer) as version_no,
    versions.version_type,
    versions.change_request as change_request_id,
    versions.approved_on,
    standing.budget_version_sk is not null and standing.next_approved_on is null as is_current,
    case when standing.budget_version_sk is not null then versions.approved_on end as valid_from,
    case
        when standing.next_approved_on is not null
            then cast({{ dbt.dateadd('day', -1, 'standing.next_approved_on') }} as date)
    end as valid_to,
    {{ to_cents('versions.management_reserve') }} as management_reserve,
    {{ to_cents('versions.contingency') }} as contingency,
    {{ to_cents('versions.funding_approved') }} as funding_approved,
    versions.source_path,
    versions.source_sheet,
    versions.source_place
from versions
inner join {{ ref('dim_project') }} as projects
    on versions.project_code = projects.project_code
    and projects.is_current
left join standing
    on versions.budget_version_sk = standing.budget_version_sk
