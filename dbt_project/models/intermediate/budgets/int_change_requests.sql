-- Change requests submitted by the as-of date. What was decided later is not decided yet. A blank currency is the
-- reporting one, a blank delta no change. Amounts stand at the budget rate of the year of the decision.
with submitted as (

    {{ register_rows(
        'stg_budgets__change_requests',
        ['change_request', 'submitted_on', 'decided_on', 'decision', 'cost_delta', 'days_delta', 'currency'],
        dated_on='received.submitted_on',
        system='budgets'
    ) }}

),

known as (

    select
        submitted.project_code,
        submitted.source_project,
        submitted.change_request,
        submitted.submitted_on,
        case when submitted.decided_on <= parameters.as_of then submitted.decided_on end as decided_on,
        case when submitted.decided_on is null or submitted.decided_on <= parameters.as_of then submitted.decision end as decision,
        {{ to_cents('coalesce(submitted.cost_delta, 0)') }} as cost_delta_tx,
        coalesce(submitted.days_delta, 0) as days_delta,
        coalesce(submitted.currency, parameters.reporting_currency) as currency_tx,
        parameters.reporting_currency,
        submitted.batch_id,
        submitted.file_hash,
        submitted.source_path,
        submitted.source_sheet,
        submitted.source_place,
        submitted.source_row
    from submitted
    cross join {{ ref('stg_control__run_parameters') }} as parameters

)

select
    {{ surrogate_key(['known.source_project', 'known.change_request']) }} as change_request_sk,
    known.project_code,
    known.source_project,
    known.change_request,
    known.submitted_on,
    known.decided_on,
    known.decision,
    coalesce(known.decided_on, known.submitted_on) as dated_on,
    known.cost_delta_tx,
    known.currency_tx,
    case
        when known.currency_tx = known.reporting_currency or known.cost_delta_tx = 0 then known.cost_delta_tx
        else {{ to_cents('known.cost_delta_tx * budget_rates.rate') }}
    end as cost_delta,
    cast(known.days_delta as decimal(18, 4)) as days_delta,
    {{ dbt.datediff('known.submitted_on', 'known.decided_on', 'day') }} as decision_days,
    known.batch_id,
    known.file_hash,
    known.source_path,
    known.source_sheet,
    known.source_place,
    known.source_row
from known
left join {{ ref('int_fiscal_days') }} as days
    on coalesce(known.decided_on, known.submitted_on) = days.date_day
left join {{ ref('int_budget_rates') }} as budget_rates
    on known.currency_tx = budget_rates.currency
    and days.fiscal_year = budget_rates.fiscal_year
