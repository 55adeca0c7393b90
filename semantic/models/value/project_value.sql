-- The mart repeats what is of the project on each of its benefits and periods.
select
    project_code,
    as_of,
    max(project_benefits) as project_benefits,
    max(project_eac) as project_eac,
    max(roi) as roi,
    max(npv) as npv,
    max(npv_fiscal_year) as npv_fiscal_year
from {{ source('pmo', 'mart_benefits_roi') }}
group by project_code, as_of
