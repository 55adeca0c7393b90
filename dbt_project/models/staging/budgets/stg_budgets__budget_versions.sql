with current_rows as (

    {{ current_rows('raw_budgets', 'budget_versions', key=['project', 'version_no']) }}

)

select
    project,
    version_no,
    version_type,
    change_request,
    management_reserve,
    contingency,
    funding_approved,
    approved_on,
    {{ lineage() }}
from current_rows
