-- Of a period that has not begun nobody can have used anything.
select
    {{ surrogate_key(["'adoption'", 'adoption.file_hash', 'adoption.source_sheet', 'adoption.source_row']) }} as adoption_sk,
    projects.project_sk,
    adoption.project_code,
    projects.project_name,
    adoption.source_project,
    adoption.stated_period,
    adoption.period,
    adoption.period_no,
    cast(adoption.active_users as decimal(18, 4)) as active_users,
    cast(adoption.target_users as decimal(18, 4)) as target_users,
    cast(adoption.core_feature_users as decimal(18, 4)) as core_feature_users,
    adoption.source_path,
    adoption.source_sheet,
    adoption.source_place
from {{ ref('int_adoption') }} as adoption
cross join {{ ref('stg_control__run_parameters') }} as parameters
inner join {{ ref('dim_project') }} as projects
    on adoption.project_code = projects.project_code
    and projects.is_current
where coalesce(adoption.period_start_on, parameters.as_of) <= parameters.as_of
