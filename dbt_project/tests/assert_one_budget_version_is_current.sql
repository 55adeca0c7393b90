select
    project_code,
    sum(case when is_current then 1 else 0 end) as current_versions
from {{ ref('dim_budget_version') }}
group by project_code
having sum(case when is_current then 1 else 0 end) <> 1
