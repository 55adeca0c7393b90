-- Every code that a source uses for a project.
select distinct 'register' as source_system, project_code as source_id
from {{ ref('int_projects') }}
where declared_by = 'register'
union
select distinct 'budgets', source_project
from {{ ref('int_budget_versions') }}
union
select distinct 'budgets', source_project
from {{ ref('int_forecast_lines') }}
union
select distinct 'ledger', source_project
from {{ ref('int_order_lines') }}
union
select distinct 'ledger', source_project
from {{ ref('int_ledger_lines') }}
union
select distinct source_system, project
from {{ ref('int_hours') }}
union
select distinct 'jira', project_key
from {{ ref('int_issues') }}
