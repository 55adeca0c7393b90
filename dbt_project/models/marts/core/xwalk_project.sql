select
    {{ surrogate_key(['ranges.source_system', 'ranges.source_id', 'ranges.valid_from']) }} as xwalk_project_sk,
    ranges.source_system,
    ranges.source_id,
    projects.project_sk,
    ranges.project_code,
    projects.project_name,
    ranges.method,
    case when parameters.published_people <> 'pseudonym' then ranges.approved_by end as approved_by,
    ranges.valid_from,
    ranges.valid_to
from {{ ref('int_project_code_ranges') }} as ranges
cross join {{ ref('stg_control__run_parameters') }} as parameters
inner join {{ ref('dim_project') }} as projects
    on ranges.project_code = projects.project_code
    and projects.is_current
