select *, project_code || ' ' || benefit as benefit_of_project
from {{ source('pmo', 'mart_benefits_roi') }}
where is_due
