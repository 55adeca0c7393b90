-- The worklist: every code that a source uses and nobody has mapped, with how much hangs on it.
{% set register_tables = [
    ('progress', 'null'), ('milestones', 'null'), ('risks', 'null'), ('prerequisites', 'null'), ('alignment', 'null'),
    ('priorities', 'null'), ('benefits', 'null'), ('adoption', 'null'), ('surveys', 'null'), ('demand', 'hours'),
    ('training', 'null'), ('deployments', 'null'), ('incidents', 'null'), ('actions', 'null'), ('decisions', 'null'),
    ('initiatives', 'null')
] %}
with unmapped as (

    select 'budgets' as source_system, 'budget_versions' as object, 'project' as kind, source_project as source_code,
        cast(null as decimal(18, 2)) as amount, cast(null as decimal(18, 10)) as hours
    from {{ ref('int_budget_versions') }}
    where project_code = 'unmapped'
    union all
    select 'budgets', 'forecast_lines', 'project', lines.source_project, lines.amount_budget, null
    from {{ ref('int_forecast_lines') }} as lines
    where lines.project_code = 'unmapped'
    union all
    select 'budgets', 'change_requests', 'project', source_project, cost_delta, null
    from {{ ref('int_change_requests') }}
    where project_code = 'unmapped'
    union all
    select 'ledger', 'orders', 'project', source_project, {{ to_cents('ordered_tx') }}, null
    from {{ ref('int_order_lines') }}
    where project_code = 'unmapped'
    union all
    select 'ledger', source_object, 'project', source_project, amount_booked, null
    from {{ ref('int_ledger_lines') }}
    where project_code = 'unmapped'
    union all
    select source_system, 'timesheet_entries', 'project', project, null, hours
    from {{ ref('int_hours') }}
    where project_code = 'unmapped'
    union all
    select 'jira', 'issues', 'project', project_key, null, null
    from {{ ref('int_issues') }}
    where project_code = 'unmapped' and availability = 'present'
    union all
    select source_system, 'timesheet_entries', 'person', person, null, hours
    from {{ ref('int_hours') }}
    where person_code = 'unmapped'
    union all
    select 'ledger', 'postings', 'person', person, amount_booked, null
    from {{ ref('int_ledger_lines') }}
    where person_code = 'unmapped'
    union all
    {% for table, hours in register_tables -%}
    select 'register', '{{ table }}', 'project', source_project, null, {{ hours }}
    from {{ ref('int_' ~ table) }}
    where project_code = 'unmapped'
    union all
    {% endfor -%}
    select 'register', 'dependencies', 'project', from_source_project, null, null
    from {{ ref('int_dependencies') }}
    where from_project_code = 'unmapped'
    union all
    select 'register', 'dependencies', 'project', to_source_project, null, null
    from {{ ref('int_dependencies') }}
    where to_project_code = 'unmapped'
    union all
    select 'register', 'capacity', 'person', source_person, null, hours
    from {{ ref('int_capacity') }}
    where person_code = 'unmapped'
    union all
    select 'register', 'skills', 'person', source_person, null, null
    from {{ ref('int_skills') }}
    where person_code = 'unmapped'

)

select
    source_system,
    object,
    kind,
    source_code,
    count(*) as unmapped_rows,
    cast(sum(amount) as decimal(18, 2)) as amount,
    cast(sum(hours) as decimal(18, 4)) as hours
from unmapped
group by
    source_system,
    object,
    kind,
    source_code
