with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

versions as (

    select
        *,
        approved_on as dated_on
    from {{ ref('stg_budgets__budget_versions') }}

),

resolved as (

    select
        versions.*,
        {{ resolved_project() }} as project_code
    from versions
    {{ join_project('versions', 'budgets') }}

)

select
    {{ surrogate_key(['project', 'version_no']) }} as budget_version_sk,
    project as source_project,
    project_code,
    version_no,
    version_type,
    change_request,
    management_reserve,
    contingency,
    funding_approved,
    approved_on,
    row_number() over (partition by project_code order by approved_on, version_no) = 1 as is_original,
    resolved.batch_id,
    resolved.source_path,
    resolved.source_sheet,
    resolved.source_place
from resolved
cross join parameters
where approved_on <= parameters.as_of
