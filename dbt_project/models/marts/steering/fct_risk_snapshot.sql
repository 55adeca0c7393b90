select
    {{ surrogate_key(['states.risk_sk', 'states.report_date']) }} as risk_snapshot_sk,
    states.risk_sk,
    projects.project_sk,
    states.project_code,
    projects.project_name,
    states.source_project,
    states.risk,
    -- A title is free text and may name somebody.
    case when parameters.published_people <> 'pseudonym' then states.title end as title,
    states.category,
    states.kind,
    states.status,
    states.is_open,
    case when parameters.published_people <> 'pseudonym' then states.owner end as owner,
    states.report_date,
    states.reported_on,
    states.report_date = parameters.as_of as is_current,
    cast(states.probability as decimal(28, 10)) as probability,
    states.impact,
    cast(states.residual_probability as decimal(28, 10)) as residual_probability,
    states.residual_impact,
    states.emv_inherent,
    case when states.emv_inherent is null then 'no_rate' end as emv_inherent_null_reason,
    states.emv_residual,
    case
        when states.emv_residual is not null then null
        when states.residual_probability is null then 'no_residual'
        else 'no_rate'
    end as emv_residual_null_reason,
    parameters.reporting_currency as currency,
    states.impact_tx,
    states.residual_impact_tx,
    states.currency_tx,
    states.source_path,
    states.source_sheet,
    states.source_place,
    states.batch_id,
    parameters.as_of
from {{ ref('int_risk_states') }} as states
cross join {{ ref('stg_control__run_parameters') }} as parameters
inner join {{ ref('dim_project') }} as projects
    on states.project_code = projects.project_code
    and projects.is_current
