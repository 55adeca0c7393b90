-- What arrived with a period, a date, a category or a project that nothing knows: which, where it stands, what becomes of it.
{% set ledger_labels = [('unknown_period', 'period'), ('unknown_charge_period', 'charge_period')] %}
{% for column, name in ledger_labels -%}
select
    'ledger' as source, lines.source_object as object, 'periods_are_in_the_calendar' as check_name,
    '{{ name }} ' || lines.{{ column }} || ' is not in the fiscal calendar: ' || {{ first_place('lines') }}
    || '; placed by its own date. Correct the label' as detail,
    count(*) as affected_rows, cast(sum(lines.amount_tx) as decimal(38, 10)) as amount, lines.currency as unit
from {{ ref('int_ledger_lines') }} as lines
where lines.{{ column }} is not null
group by lines.source_object, lines.{{ column }}, lines.currency, lines.source_path, lines.source_sheet
union all
{% endfor -%}
select
    'ledger', lines.source_object, 'dates_are_in_the_calendar',
    cast(lines.dated_on as {{ dbt.type_string() }}) || ' is in no period of the fiscal calendar: ' || {{ first_place('lines') }}
    || case when lines.period_no is null then '; in no position' else '; placed by its stated period' end
    || '. Add the period, or correct the date',
    count(*), cast(sum(lines.amount_tx) as decimal(38, 10)), lines.currency
from {{ ref('int_ledger_lines') }} as lines
where lines.is_outside_calendar
group by lines.source_object, lines.dated_on, lines.period_no is null, lines.currency, lines.source_path, lines.source_sheet
union all
select
    'timesheets', 'timesheet_entries', 'dates_are_in_the_calendar',
    cast(hours.work_date as {{ dbt.type_string() }}) || ' is in no period of the fiscal calendar: ' || {{ first_place('hours') }}
    || '; in no position. Add the period, or correct the date',
    count(*), cast(sum(hours.hours) as decimal(38, 10)), 'hours'
from {{ ref('int_hours') }} as hours
where hours.period is null and hours.is_counted_source
group by hours.work_date, hours.source_path, hours.source_sheet
union all
select
    'ledger', 'orders', 'dates_are_in_the_calendar',
    cast(orders.ordered_on as {{ dbt.type_string() }}) || ' is in no period of the fiscal calendar: ' || {{ first_place('orders') }}
    || '; in no position. Add the period, or correct the date',
    count(*), cast(sum(orders.ordered_tx) as decimal(38, 10)), orders.currency
from {{ ref('int_order_lines') }} as orders
where orders.ordered_period is null
group by orders.ordered_on, orders.currency, orders.source_path, orders.source_sheet
union all
select
    'ledger', 'receipts', 'dates_are_in_the_calendar',
    cast(receipts.received_on as {{ dbt.type_string() }}) || ' is in no period of the fiscal calendar: '
    || {{ first_place('receipts') }} || '; in no position. Add the period, or correct the date',
    count(*), cast(sum(receipts.received_tx) as decimal(38, 10)), receipts.currency
from {{ ref('int_receipts') }} as receipts
where receipts.period is null
group by receipts.received_on, receipts.currency, receipts.source_path, receipts.source_sheet
union all
select
    'ledger', 'control_totals', 'dates_are_in_the_calendar',
    cast(totals.posted_on as {{ dbt.type_string() }}) || ' is in no period of the fiscal calendar: '
    || {{ first_place('totals') }} || '; compared without a period. Add the period, or correct the date',
    count(*), cast(sum(totals.amount) as decimal(38, 10)), totals.currency
from {{ ref('stg_ledger__control_totals') }} as totals
cross join {{ ref('stg_control__run_parameters') }} as parameters
left join {{ ref('int_fiscal_days') }} as days
    on totals.posted_on = days.date_day
where days.date_day is null and totals.posted_on <= parameters.as_of
group by totals.posted_on, totals.currency, totals.source_path, totals.source_sheet
union all
select
    'budgets', 'budget_lines', 'periods_are_in_the_calendar',
    'period ' || lines.stated_period || ' is not in the fiscal calendar: ' || {{ first_place('lines') }}
    || '; it counts in the baseline and in no period of it. Correct the label',
    count(*), cast(sum(lines.amount_tx) as decimal(38, 10)), lines.currency
from {{ ref('int_budget_lines') }} as lines
where lines.period is null
group by lines.stated_period, lines.currency, lines.source_path, lines.source_sheet
union all
select
    'budgets', 'forecast_lines', 'periods_are_in_the_calendar',
    'cutoff_period ' || lines.cutoff_period || ' is not in the fiscal calendar: ' || {{ first_place('lines') }}
    || '; the forecast does not count. Correct the label',
    count(*), cast(sum(lines.amount) as decimal(38, 10)), lines.currency
from {{ ref('stg_budgets__forecast_lines') }} as lines
left join {{ ref('int_fiscal_periods') }} as cutoffs
    on lines.cutoff_period = cutoffs.period
where cutoffs.period is null
group by lines.cutoff_period, lines.currency, lines.source_path, lines.source_sheet
union all
select
    'budgets', 'forecast_lines', 'periods_are_in_the_calendar',
    'period ' || lines.stated_period || ' is not in the fiscal calendar: ' || {{ first_place('lines') }}
    || '; it counts in the forecast and in no period of it. Correct the label',
    count(*), cast(sum(lines.amount_tx) as decimal(38, 10)), lines.currency
from {{ ref('int_forecast_lines') }} as lines
where lines.period is null
group by lines.stated_period, lines.currency, lines.source_path, lines.source_sheet
union all
select
    'reference', 'fx_rates', 'periods_are_in_the_calendar',
    'period ' || rates.period || ' is not in the fiscal calendar: ' || {{ first_place('rates') }}
    || '; the rate is used for nothing. Correct the label',
    count(*), cast(null as decimal(38, 10)), cast(null as {{ dbt.type_string() }})
from {{ ref('stg_reference__fx_rates') }} as rates
left join {{ ref('int_fiscal_periods') }} as periods
    on rates.period = periods.period
where rates.period is not null and periods.period is null
group by rates.period, rates.source_path, rates.source_sheet
union all
{% set lines_with_categories = [
    ('budgets', "'budget_lines'", 'int_budget_lines', 'amount_tx'),
    ('budgets', "'forecast_lines'", 'int_forecast_lines', 'amount_tx'),
    ('ledger', "'orders'", 'int_order_lines', 'ordered_tx'),
    ('ledger', 'lines.source_object', 'int_ledger_lines', 'amount_tx')
] -%}
{% for source, object, model, amount in lines_with_categories -%}
select
    '{{ source }}', {{ object }}, 'cost_categories_are_known',
    'cost category ' || lines.cost_category || ' is not in cost_categories: ' || {{ first_place('lines') }}
    || '; it counts. Add it there, or correct it',
    count(*), cast(sum(lines.{{ amount }}) as decimal(38, 10)), lines.currency
from {{ ref(model) }} as lines
left join {{ ref('stg_reference__cost_categories') }} as categories
    on lines.cost_category = categories.cost_category
where categories.cost_category is null and exists (select 1 from {{ ref('stg_reference__cost_categories') }})
group by {% if object.startswith('lines') %}{{ object }}, {% endif %}lines.cost_category, lines.currency, lines.source_path, lines.source_sheet
union all
{% endfor -%}
select
    'timesheets', 'timesheet_entries', 'labour_has_a_category',
    'labour of ' || project_code || ' goes to unassigned_labour: the project has no or several labour categories; '
    || 'set labour_category in pmo.yaml, or give it one category of that nature in its budget',
    cast(sum(txns) as bigint), cast(sum(hours) as decimal(38, 10)), 'hours'
from {{ ref('int_actual_txn_sums') }}
where cost_category = 'unassigned_labour' and cost_origin = 'unposted_labour' and counts_in_consumed
    -- What belongs to no project is mended by mapping its code, and listed as unmapped.
    and project_code <> 'unmapped'
group by project_code
union all
select
    'pmo.yaml', 'hours_from', 'settings_name_what_there_is',
    'hours_from names ' || chosen.project || ', which is no project: it changes nothing. Correct it in pmo.yaml',
    1, cast(null as decimal(38, 10)), cast(null as {{ dbt.type_string() }})
from {{ ref('stg_control__hours_from') }} as chosen
left join {{ ref('int_projects') }} as projects
    on chosen.project = projects.project_code
where projects.project_code is null
union all
select
    'pmo.yaml', 'labour_category', 'settings_name_what_there_is',
    'labour_category names ' || parameters.labour_category || ', which is not in cost_categories. Correct the one or the other',
    1, cast(null as decimal(38, 10)), cast(null as {{ dbt.type_string() }})
from {{ ref('stg_control__run_parameters') }} as parameters
left join {{ ref('stg_reference__cost_categories') }} as categories
    on parameters.labour_category = categories.cost_category
where parameters.labour_category is not null
    and categories.cost_category is null
    and exists (select 1 from {{ ref('stg_reference__cost_categories') }})
{% for table in ['benefits', 'adoption', 'training', 'demand', 'capacity'] -%}
{%- set hours = table in ['demand', 'capacity'] %}
union all
select
    'register', '{{ table }}', 'periods_are_in_the_calendar',
    'period ' || register_rows.stated_period || ' is not in the fiscal calendar: ' || {{ first_place('register_rows') }}
    || '; it counts in no period. Correct the label',
    count(*), cast({{ 'sum(register_rows.hours)' if hours else 'null' }} as decimal(38, 10)),
    cast({{ "'hours'" if hours else 'null' }} as {{ dbt.type_string() }})
from {{ ref('int_' ~ table) }} as register_rows
where register_rows.period is null
group by register_rows.stated_period, register_rows.source_path, register_rows.source_sheet
{%- endfor %}
