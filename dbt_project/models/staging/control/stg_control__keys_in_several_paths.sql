-- Keys that more than one file has brought: the last received stands, and it is said.
{% set keyed = [
    ('raw_timesheets', 'timesheet_entries', ['entry_id']),
    ('raw_budgets', 'budget_versions', ['project', 'version_no']),
    ('raw_budgets', 'change_requests', ['project', 'change_request']),
    ('raw_ledger', 'orders', ['order_no', 'line_no']),
    ('raw_ledger', 'receipts', ['receipt_no', 'order_no', 'line_no']),
    ('raw_ledger', 'invoices', ['invoice_no', 'line_no']),
    ('raw_ledger', 'postings', ['posting_id']),
    ('raw_register', 'projects', ['project']),
    ('raw_reference', 'cost_categories', ['cost_category']),
    ('raw_reference', 'fiscal_calendar', ['period']),
    ('raw_reference', 'people', ['person'])
] %}
{% for schema, object, key in keyed -%}
select
    '{{ schema }}' as source,
    '{{ object }}' as object,
    count(*) as repeated_keys
from (
    select {{ key | join(', ') }}
    from {{ source(schema, object) }}
    where {{ key[0] }} is not null
    group by {{ key | join(', ') }}
    having count(distinct _path) > 1
) as repeated
{% if not loop.last %}union all{% endif %}
{% endfor %}
