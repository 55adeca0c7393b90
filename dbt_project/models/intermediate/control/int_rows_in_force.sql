-- How many rows of each file count: whatever later files have not replaced.
{% set tables = [
    ('timesheets', 'timesheet_entries', 'int_timesheet_entries_current'),
    ('budgets', 'budget_versions', 'stg_budgets__budget_versions'),
    ('budgets', 'budget_lines', 'stg_budgets__budget_lines'),
    ('budgets', 'forecast_lines', 'stg_budgets__forecast_lines'),
    ('budgets', 'change_requests', 'stg_budgets__change_requests'),
    ('ledger', 'orders', 'stg_ledger__orders'),
    ('ledger', 'receipts', 'stg_ledger__receipts'),
    ('ledger', 'invoices', 'stg_ledger__invoices'),
    ('ledger', 'postings', 'stg_ledger__postings'),
    ('ledger', 'control_totals', 'stg_ledger__control_totals'),
    ('register', 'projects', 'stg_register__projects'),
    ('register', 'progress', 'stg_register__progress'),
    ('register', 'milestones', 'stg_register__milestones'),
    ('register', 'dependencies', 'stg_register__dependencies'),
    ('register', 'risks', 'stg_register__risks'),
    ('register', 'prerequisites', 'stg_register__prerequisites'),
    ('register', 'objectives', 'stg_register__objectives'),
    ('register', 'alignment', 'stg_register__alignment'),
    ('register', 'priorities', 'stg_register__priorities'),
    ('register', 'benefits', 'stg_register__benefits'),
    ('register', 'adoption', 'stg_register__adoption'),
    ('register', 'surveys', 'stg_register__surveys'),
    ('register', 'capacity', 'stg_register__capacity'),
    ('register', 'skills', 'stg_register__skills'),
    ('register', 'demand', 'stg_register__demand'),
    ('register', 'training', 'stg_register__training'),
    ('register', 'deployments', 'stg_register__deployments'),
    ('register', 'incidents', 'stg_register__incidents'),
    ('register', 'actions', 'stg_register__actions'),
    ('register', 'decisions', 'stg_register__decisions'),
    ('register', 'initiatives', 'stg_register__initiatives'),
    ('reference', 'crosswalk', 'stg_reference__crosswalk'),
    ('reference', 'people_crosswalk', 'stg_reference__people_crosswalk'),
    ('reference', 'rate_cards', 'stg_reference__rate_cards'),
    ('reference', 'fx_rates', 'stg_reference__fx_rates'),
    ('reference', 'fiscal_calendar', 'stg_reference__fiscal_calendar'),
    ('reference', 'cost_categories', 'stg_reference__cost_categories'),
    ('reference', 'people', 'stg_reference__people'),
    ('reference', 'status_map', 'stg_reference__status_map')
] %}
{% for source, object, model in tables -%}
select
    '{{ source }}' as source,
    '{{ object }}' as object,
    source_path as path,
    count(*) as rows_in_force
from {{ ref(model) }}
group by source_path
{% if not loop.last %}union all{% endif %}
{% endfor %}
