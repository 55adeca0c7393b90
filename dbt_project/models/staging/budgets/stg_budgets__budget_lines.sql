with current_rows as (

    {{ current_rows('raw_budgets', 'budget_lines', scope=['project', 'version_no']) }}

)

select
    project,
    version_no,
    cost_category,
    wbs,
    capex_opex,
    period,
    currency,
    amount,
    {{ lineage() }}
from current_rows
