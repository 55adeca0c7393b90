-- The mart repeats what is of the project on each of its categories.
select
    project_code,
    as_of,
    max(project_contingency) as project_contingency,
    max(project_emv_residual) as project_emv_residual,
    max(contingency_cover) as contingency_cover
from {{ source('pmo', 'mart_risk_exposure') }}
where is_current
group by project_code, as_of
