-- Of each load: its rows that no later load replaced, those of them that are dated by the as-of date, and what the models
-- that feed the marts have of it. Amounts as in the file.
{% set facts = [
    ('timesheets', 'timesheet_entries', 'int_timesheet_entries_current', "'hours'", 'hours', 'work_date'),
    ('ledger', 'orders', 'stg_ledger__orders', 'currency', 'amount', 'ordered_on'),
    ('ledger', 'receipts', 'stg_ledger__receipts', 'currency', 'amount', 'received_on'),
    ('ledger', 'invoices', 'stg_ledger__invoices', 'currency', 'amount', 'posted_on'),
    ('ledger', 'postings', 'stg_ledger__postings', 'currency', 'amount', 'posted_on')
] %}
{% set marts = [
    ('timesheets', "'timesheet_entries'", 'int_hours', "'hours'", 'hours', "source_system = 'timesheets'"),
    ('budgets', "'budget_lines'", 'int_budget_lines', 'currency', 'amount_tx', 'true'),
    ('budgets', "'forecast_lines'", 'int_forecast_lines', 'currency', 'exact_amount_tx', 'true'),
    ('ledger', "'orders'", 'int_order_lines', 'currency', 'ordered_tx', 'true'),
    ('ledger', "'receipts'", 'int_receipts', 'currency', 'received_tx', 'true'),
    ('ledger', 'source_object', 'int_ledger_lines', 'currency',
     "case when cost_origin = 'credit_note' then -exact_amount_tx else exact_amount_tx end", 'true')
] %}
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

landed as (

    {% for source, object, model, unit, amount, dated_on in facts -%}
    select
        '{{ source }}' as source,
        '{{ object }}' as object,
        rows_landed.batch_id,
        {{ unit }} as unit,
        {{ amount }} as amount,
        case when {{ dated_on }} <= parameters.as_of then 1 else 0 end as is_due
    from {{ ref(model) }} as rows_landed
    cross join parameters
    union all
    {% endfor -%}
    select
        'budgets',
        'budget_lines',
        lines.batch_id,
        lines.currency,
        round(lines.amount, 2),
        case when versions.approved_on <= parameters.as_of then 1 else 0 end
    from {{ ref('stg_budgets__budget_lines') }} as lines
    cross join parameters
    left join {{ ref('stg_budgets__budget_versions') }} as versions
        on lines.project = versions.project
        and lines.version_no = versions.version_no
    union all
    select
        'budgets',
        'forecast_lines',
        lines.batch_id,
        lines.currency,
        lines.amount,
        case when cutoffs.end_on <= parameters.as_of then 1 else 0 end
    from {{ ref('stg_budgets__forecast_lines') }} as lines
    cross join parameters
    left join {{ ref('int_fiscal_periods') }} as cutoffs
        on lines.cutoff_period = cutoffs.period

),

counted as (

    select
        source,
        object,
        batch_id,
        unit,
        count(*) as in_force_rows,
        cast(sum(amount) as decimal(38, 10)) as in_force_amount,
        sum(is_due) as due_rows,
        cast(sum(is_due * amount) as decimal(38, 10)) as due_amount,
        0 as mart_rows,
        cast(0 as decimal(38, 10)) as mart_amount
    from landed
    group by
        source,
        object,
        batch_id,
        unit
    union all
    {% for source, object, model, unit, amount, condition in marts -%}
    select
        '{{ source }}',
        {{ object }},
        batch_id,
        {{ unit }},
        0,
        0,
        0,
        0,
        count(*),
        cast(sum({{ amount }}) as decimal(38, 10))
    from {{ ref(model) }}
    where {{ condition }}
    group by
        {% if object == 'source_object' %}source_object,
        {% endif %}batch_id{% if unit == 'currency' %},
        currency{% endif %}

    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    source,
    object,
    batch_id,
    unit,
    cast(sum(in_force_rows) as bigint) as in_force_rows,
    cast(sum(in_force_amount) as decimal(38, 10)) as in_force_amount,
    cast(sum(due_rows) as bigint) as due_rows,
    cast(sum(due_amount) as decimal(38, 10)) as due_amount,
    cast(sum(mart_rows) as bigint) as mart_rows,
    cast(sum(mart_amount) as decimal(38, 10)) as mart_amount
from counted
group by
    source,
    object,
    batch_id,
    unit
