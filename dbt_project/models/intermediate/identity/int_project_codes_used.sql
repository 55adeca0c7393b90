-- Every code that a source uses for a project.
{% set register_tables = [
    'progress', 'milestones', 'risks', 'prerequisites', 'alignment', 'priorities', 'benefits', 'adoption', 'surveys', 'demand',
    'training', 'deployments', 'incidents', 'actions', 'decisions', 'initiatives'
] %}
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
select distinct 'budgets', source_project
from {{ ref('int_change_requests') }}
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
{% for table in register_tables -%}
union
select distinct 'register', source_project
from {{ ref('int_' ~ table) }}
where source_project is not null
{% endfor -%}
union
select distinct 'register', from_source_project
from {{ ref('int_dependencies') }}
union
select distinct 'register', to_source_project
from {{ ref('int_dependencies') }}
