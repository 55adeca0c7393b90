-- What actually lies in landing, recounted per batch, project code and unit: the other side of the totals that the
-- manifests state.
{% set measured = [
    ('raw_timesheets', 'timesheet_entries', 'project', "'hours'", 'hours'),
    ('raw_jira', 'worklogs', 'project_key', "'hours'", 'hours'),
    ('raw_budgets', 'budget_lines', 'project', 'currency', 'amount'),
    ('raw_budgets', 'forecast_lines', 'project', 'currency', 'amount'),
    ('raw_budgets', 'change_requests', 'project', 'currency', 'cost_delta'),
    ('raw_ledger', 'orders', 'project', 'currency', 'amount'),
    ('raw_ledger', 'receipts', 'null', 'currency', 'amount'),
    ('raw_ledger', 'invoices', 'project', 'currency', 'amount'),
    ('raw_ledger', 'postings', 'project', 'currency', 'amount'),
    ('raw_ledger', 'control_totals', 'null', 'currency', 'amount')
] %}
{% set counted = [
    ('raw_budgets', 'budget_versions', 'project'),
    ('raw_register', 'projects', 'project'),
    ('raw_jira', 'projects', 'project_key'),
    ('raw_jira', 'users', 'null'),
    ('raw_jira', 'fields', 'null'),
    ('raw_jira', 'statuses', 'null'),
    ('raw_jira', 'priorities', 'null'),
    ('raw_jira', 'resolutions', 'null'),
    ('raw_jira', 'issue_types', 'null'),
    ('raw_jira', 'link_types', 'null'),
    ('raw_jira', 'boards', 'project_key'),
    ('raw_jira', 'sprints', 'null'),
    ('raw_jira', 'versions', 'project_key'),
    ('raw_jira', 'components', 'project_key'),
    ('raw_jira', 'issues', 'project_key'),
    ('raw_jira', 'issue_changes', 'null'),
    ('raw_jira', 'issue_availability', 'project_key'),
    ('raw_jira', 'project_census', 'project_key'),
    ('raw_reference', 'crosswalk', 'null'),
    ('raw_reference', 'people_crosswalk', 'null'),
    ('raw_reference', 'rate_cards', 'null'),
    ('raw_reference', 'fx_rates', 'null'),
    ('raw_reference', 'fiscal_calendar', 'null'),
    ('raw_reference', 'cost_categories', 'null'),
    ('raw_reference', 'people', 'null')
] %}
{% for schema, object, project, unit, amount in measured -%}
select
    _batch as batch_id,
    '{{ schema }}' as source,
    '{{ object }}' as object,
    cast({{ project }} as {{ dbt.type_string() }}) as project,
    {{ unit }} as unit,
    count(*) as rows_loaded,
    sum(cast({{ amount }} as decimal(38, 10))) as amount_loaded
from {{ source(schema, object) }}
group by 1, 2, 3, 4, 5
union all
{% endfor -%}
{% for schema, object, project in counted -%}
select
    _batch,
    '{{ schema }}',
    '{{ object }}',
    cast({{ project }} as {{ dbt.type_string() }}),
    cast(null as {{ dbt.type_string() }}),
    count(*),
    cast(null as decimal(38, 10))
from {{ source(schema, object) }}
group by 1, 2, 3, 4, 5
{% if not loop.last %}union all{% endif %}
{% endfor %}
