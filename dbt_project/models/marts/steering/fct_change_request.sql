select
    requests.change_request_sk,
    projects.project_sk,
    requests.project_code,
    projects.project_name,
    requests.source_project,
    requests.change_request,
    requests.submitted_on,
    requests.decided_on,
    requests.decision,
    coalesce(requests.decision, 'deferred') = 'deferred' as is_open,
    periods.period,
    requests.cost_delta_tx,
    requests.currency_tx,
    requests.cost_delta,
    case when requests.cost_delta is null then 'no_rate' end as cost_delta_null_reason,
    requests.days_delta,
    requests.decision_days,
    case
        when requests.decided_on is not null then null
        when requests.decision is null then 'undecided'
        else 'no_decision_date'
    end as decision_days_null_reason,
    case
        when coalesce(requests.decision, 'deferred') = 'deferred'
            then {{ dbt.datediff('requests.submitted_on', 'parameters.as_of', 'day') }}
    end as open_days,
    parameters.reporting_currency as currency,
    requests.source_path,
    requests.source_sheet,
    requests.source_place,
    requests.batch_id,
    parameters.as_of
from {{ ref('int_change_requests') }} as requests
cross join {{ ref('stg_control__run_parameters') }} as parameters
inner join {{ ref('dim_project') }} as projects
    on requests.project_code = projects.project_code
    and projects.is_current
left join {{ ref('int_fiscal_days') }} as periods
    on requests.dated_on = periods.date_day
