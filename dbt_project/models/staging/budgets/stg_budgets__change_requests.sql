with current_rows as (

    {{ current_rows('raw_budgets', 'change_requests', key=['project', 'change_request']) }}

)

select
    project,
    change_request,
    decision,
    currency,
    cost_delta,
    days_delta,
    submitted_on,
    decided_on,
    {{ lineage() }}
from current_rows
