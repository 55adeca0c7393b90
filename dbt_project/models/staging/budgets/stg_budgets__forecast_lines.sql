with current_rows as (

    {{ current_rows('raw_budgets', 'forecast_lines', scope=['project', 'cutoff_period', 'scenario']) }}

)

select
    project,
    cutoff_period,
    scenario,
    basis,
    cost_category,
    wbs,
    period,
    currency,
    amount,
    {{ lineage() }}
from current_rows
