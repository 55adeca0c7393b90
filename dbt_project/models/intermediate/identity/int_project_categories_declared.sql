-- Cost categories that a project's lines, orders or ledger name; labour valued from hours comes on top.
select project_code, cost_category from {{ ref('int_budget_lines') }}
union
select project_code, cost_category from {{ ref('int_forecast_lines') }}
union
select project_code, cost_category from {{ ref('int_order_lines') }}
union
select project_code, cost_category from {{ ref('int_ledger_lines') }}
