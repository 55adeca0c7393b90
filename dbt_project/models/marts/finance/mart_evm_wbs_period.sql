select
    {{ surrogate_key(['measures.project_code', 'measures.wbs', 'measures.period', 'measures.view_name']) }} as evm_wbs_period_sk,
    projects.project_sk,
    measures.project_code,
    projects.project_name,
    measures.wbs,
    measures.period,
    measures.period_end_on,
    measures.view_name as "view",
    parameters.reporting_currency as currency,
    parameters.as_of,
    measures.is_partial_period,
    measures.baseline_version_no,
    measures.technique,
    measures.reported_on,
    {{ evm_measure_columns() }}
from {{ ref('int_evm_measures') }} as measures
cross join {{ ref('stg_control__run_parameters') }} as parameters
inner join {{ ref('dim_project') }} as projects
    on measures.project_code = projects.project_code
    and projects.is_current
where measures.wbs <> ''
