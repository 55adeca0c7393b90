-- What the marts could not value or place although it arrived: each with a reason, a count and the mend.
with unvalued_hours as (

    select
        rate is not null as is_rated,
        case when rate is null then rate_role end as rate_role,
        case when rate is not null then rate_currency end as rate_currency,
        case when rate is not null then coalesce(period, cast(work_date as {{ dbt.type_string() }})) end as dated,
        person_match_code,
        work_date,
        hours
    from {{ ref('int_hours') }}
    where is_counted_source and is_approved and (rate is null or booked_fx is null or budget_fx is null)

)

select
    'ledger' as source, source_object as object, 'amounts_have_a_rate' as check_name,
    currency || case when amount_booked is null then ' has no rate for ' else ' has no budget rate for ' end
    || coalesce(period, cast(dated_on as {{ dbt.type_string() }})) || ': add it to reference/fx_rates' as detail,
    count(*) as affected_rows, cast(sum(amount_tx) as decimal(38, 10)) as amount, currency as unit
from {{ ref('int_ledger_lines') }}
where amount_booked is null or amount_budget is null
group by source_object, currency, period, dated_on, amount_booked is null
union all
select
    'timesheets', 'timesheet_entries', 'hours_have_a_rate',
    case
        when is_rated then rate_currency || ' has no rate for ' || dated || ': add it to reference/fx_rates'
        when rate_role is not null
            then 'no rate card for the role ' || rate_role || ', from ' || cast(min(work_date) as {{ dbt.type_string() }})
            || ' to ' || cast(max(work_date) as {{ dbt.type_string() }}) || ': add it to reference/rate_cards'
        else
            'no rate card for persons without a role (' || cast(count(distinct person_match_code) as {{ dbt.type_string() }})
            || '), from ' || cast(min(work_date) as {{ dbt.type_string() }})
            || ' to ' || cast(max(work_date) as {{ dbt.type_string() }})
            || ': map them (`pmo quarantine` lists them), give them a role in reference/people, or a rate in reference/rate_cards'
    end,
    count(*), cast(sum(hours) as decimal(38, 10)), 'hours'
from unvalued_hours
group by is_rated, rate_role, rate_currency, dated
union all
select
    'budgets', 'budget_lines', 'amounts_have_a_rate', currency || ' has no budget rate: add it to reference/fx_rates',
    count(*), cast(sum(amount_tx) as decimal(38, 10)), currency
from {{ ref('int_budget_lines') }}
where amount_budget is null
group by currency
union all
select
    'budgets', 'forecast_lines', 'amounts_have_a_rate', currency || ' has no budget rate: add it to reference/fx_rates',
    count(*), cast(sum(amount_tx) as decimal(38, 10)), currency
from {{ ref('int_forecast_lines') }}
where amount_budget is null
group by currency
union all
select
    'ledger', 'orders', 'amounts_have_a_rate',
    snapshots.currency
    || case
        when snapshots.open_booked is null or snapshots.grni_booked is null then ' has no closing rate for '
        else ' has no budget rate for '
    end || snapshots.period || ': add it to reference/fx_rates',
    count(*), cast(sum(snapshots.open_tx + snapshots.grni_tx) as decimal(38, 10)), snapshots.currency
from {{ ref('int_order_line_periods') }} as snapshots
cross join {{ ref('stg_control__run_parameters') }} as parameters
inner join {{ ref('int_fiscal_days') }} as days
    on parameters.as_of = days.date_day
    and snapshots.period_no = days.period_no
where snapshots.view_name = 'as_reported'
    and (snapshots.open_booked is null or snapshots.open_budget is null or snapshots.grni_booked is null or snapshots.grni_budget is null)
group by snapshots.currency, snapshots.period, snapshots.open_booked is null or snapshots.grni_booked is null
union all
select
    'budgets', 'budget_lines', 'lines_have_a_version',
    'version ' || cast(lines.version_no as {{ dbt.type_string() }}) || ' of ' || lines.project
    || ' is not in budget_versions, so that its lines count in no budget: add its row (project, version_no, version_type, approved_on)',
    count(*), cast(sum(lines.amount) as decimal(38, 10)), lines.currency
from {{ ref('stg_budgets__budget_lines') }} as lines
left join {{ ref('stg_budgets__budget_versions') }} as versions
    on lines.project = versions.project
    and lines.version_no = versions.version_no
where versions.project is null
group by lines.version_no, lines.project, lines.currency
union all
select
    'ledger', 'receipts', 'receipts_match_their_order', reconciling_reason || ' (order ' || order_no || ')',
    count(*), cast(sum(received_tx) as decimal(38, 10)), currency
from {{ ref('int_receipts') }}
where reconciling_reason is not null
group by reconciling_reason, order_no, currency
union all
select
    'ledger', 'invoices', 'invoices_match_their_order', reconciling_reason || ' (order ' || order_no || ')',
    count(*), cast(sum(amount_tx) as decimal(38, 10)), currency
from {{ ref('int_unmatched_invoices') }}
group by reconciling_reason, order_no, currency
union all
select
    'ledger', 'postings', 'reclassifications_are_paired',
    'reclassifications ' || coalesce('of ' || period, 'outside the calendar') || ' add up to '
    || cast(amount_tx as {{ dbt.type_string() }}) || ' ' || currency
    || ' and not to nothing: send the posting that takes the amount from where it was, or correct the one that is wrong',
    postings, cast(amount_tx as decimal(38, 10)), currency
from {{ ref('int_unpaired_reclasses') }}
union all
select
    'ledger', 'control_totals', 'control_totals_agree',
    'the control total ' || coalesce('of ' || period, 'outside the calendar') || ' is '
    || cast(control_amount as {{ dbt.type_string() }}) || ' ' || currency
    || case
        when reconciling_reason = 'other_currency' then ', which is not the currency of the books: not compared. Send it in theirs'
        else
            ', the invoices and postings delivered are ' || cast(delivered_amount as {{ dbt.type_string() }}) || ': '
            || cast(abs(difference) as {{ dbt.type_string() }})
            || case
                when difference > 0
                    then ' more in the books. Deliver what is missing, or leave the accounts that no project is charged with '
                    || 'out of the control total (docs/files.md, "A control total")'
                else ' less in the books. Find what was delivered twice or of other books, or add the accounts that are left '
                    || 'out of the control total'
            end
            || case
                when unrated_rows > 0
                    then '; rows delivered without a rate, which do not count here: ' || cast(unrated_rows as {{ dbt.type_string() }})
                else ''
            end
    end,
    control_rows, cast(coalesce(difference, control_amount) as decimal(38, 10)), currency
from {{ ref('int_control_totals') }}
where difference <> 0 or reconciling_reason = 'other_currency'
union all
select
    'budgets', 'change_requests', 'amounts_have_a_rate', currency_tx || ' has no budget rate: add it to reference/fx_rates',
    count(*), cast(sum(cost_delta_tx) as decimal(38, 10)), currency_tx
from {{ ref('int_change_requests') }}
where cost_delta is null
group by currency_tx
union all
select
    'register', 'risks', 'amounts_have_a_rate', currency_tx || ' has no budget rate: add it to reference/fx_rates',
    count(*), cast(sum(impact_tx) as decimal(38, 10)), currency_tx
from {{ ref('int_risk_states') }} as states
inner join {{ ref('stg_control__run_parameters') }} as parameters
    on states.report_date = parameters.as_of
where impact is null
group by currency_tx
union all
select
    'budgets', 'change_requests', 'change_requests_explain_the_baseline',
    'the baseline of ' || scope.project_code || ' moved by '
    || cast(scope.baseline_revised - scope.baseline_original as {{ dbt.type_string() }})
    || ' since the original, the approved change requests add up to ' || cast(scope.cumulative_cost_delta as {{ dbt.type_string() }})
    || ': send the version or the change request that is missing, or correct its amount',
    1, cast(scope.baseline_revised - scope.baseline_original - scope.cumulative_cost_delta as decimal(38, 10)),
    parameters.reporting_currency
from {{ ref('int_scope_periods') }} as scope
cross join {{ ref('stg_control__run_parameters') }} as parameters
where scope.is_as_of_period
    and scope.baseline_revised - scope.baseline_original <> scope.cumulative_cost_delta
    and exists (select 1 from {{ ref('int_change_requests') }})
union all
select
    'reference', 'status_map', 'statuses_are_known',
    stages.site || ' has no status ' || stages.status_name || ': write site and status as Jira and pmo.yaml have them',
    1, null, null
from {{ ref('int_status_stages') }} as stages
where exists (select 1 from {{ ref('stg_jira__statuses') }})
    and not exists (
        select 1
        from {{ ref('stg_jira__statuses') }} as statuses
        where stages.site = statuses.site and stages.status_name = lower(statuses.name)
    )
    and not exists (
        select 1
        from {{ ref('int_issue_status_intervals') }} as intervals
        where stages.site = intervals.site and stages.status_name = lower(intervals.status)
    )
union all
select
    'reference', 'crosswalk', 'projects_are_known',
    crosswalk.source_system || ' ' || crosswalk.source_id || ' is mapped to ' || crosswalk.project
    || ', which is no project: correct the row, or add the project to inbox/register (projects)',
    count(*), null, null
from {{ ref('stg_reference__crosswalk') }} as crosswalk
left join {{ ref('int_projects') }} as projects
    on crosswalk.project = projects.project_code
where projects.project_code is null and crosswalk.project <> 'unmapped'
group by crosswalk.source_system, crosswalk.source_id, crosswalk.project
union all
select
    'reference', 'crosswalk', 'systems_are_known',
    'rows for ' || source_system || ' map nothing: write jira, timesheets, budgets, ledger or register',
    count(*), null, null
from {{ ref('stg_reference__crosswalk') }}
where source_system not in ('jira', 'timesheets', 'budgets', 'ledger', 'register')
group by source_system
union all
select
    'reference', 'people_crosswalk', 'systems_are_known',
    'rows for ' || source_system || ' map nothing: write jira, timesheets, ledger or register',
    count(*), null, null
from {{ ref('stg_reference__people_crosswalk') }}
where source_system not in ('jira', 'timesheets', 'ledger', 'register')
group by source_system
union all
select source, object, check_name, detail, affected_rows, amount, unit
from {{ ref('int_unplaced_rows') }}
