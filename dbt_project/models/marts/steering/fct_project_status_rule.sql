-- What each rule of the status measures, with the row that proves it, and the colour that its thresholds make of that. A
-- rule without what it asks for says why.
{% set text = dbt.type_string() %}
with parameters as (

    select
        parameters.as_of,
        days.period
    from {{ ref('stg_control__run_parameters') }} as parameters
    inner join {{ ref('int_fiscal_days') }} as days
        on parameters.as_of = days.date_day

),

positions as (

    select
        positions.project_code,
        case when count(*) = count(positions.eac) then sum(positions.eac) end as eac,
        case when count(*) = count(positions.bac) then sum(positions.bac) end as bac,
        case when count(*) = count(positions.baseline_original) then sum(positions.baseline_original) end
            as baseline_original,
        case when count(*) = count(positions.committed_total) then sum(positions.committed_total) end as committed_total,
        max(positions.baseline_null_reason) as baseline_null_reason,
        max(positions.baseline_original_null_reason) as baseline_original_null_reason,
        coalesce(max(positions.etc_null_reason), max(positions.consumed_null_reason)) as eac_null_reason,
        coalesce(max(positions.consumed_null_reason), max(positions.commitment_null_reason)) as committed_null_reason,
        min_by(positions.budget_position_sk, positions.vac) as worst_forecast_sk,
        min_by(positions.budget_position_sk, positions.available) as worst_committed_sk,
        max_by(positions.budget_position_sk, positions.baseline_revised - positions.baseline_original) as most_grown_sk
    from {{ ref('mart_budget_position') }} as positions
    inner join parameters
        on positions.period = parameters.period
    where positions."view" = 'as_reported' and positions.fx_basis = 'budget'
    group by positions.project_code

),

earned as (

    select earned_values.*
    from {{ ref('mart_evm_period') }} as earned_values
    inner join parameters
        on earned_values.period = parameters.period
    where earned_values."view" = 'as_reported'

),

-- The pace of finished work is that of the period in which it was finished: time goes on afterwards, work does not.
paced as (

    select
        earned.project_code,
        case when earned.percent_complete >= 100 then finished.spi_t else earned.spi_t end as spi_t,
        case when earned.percent_complete >= 100 then finished.spi_t_null_reason else earned.spi_t_null_reason end
            as spi_t_null_reason,
        case when earned.percent_complete >= 100 then finished.evm_period_sk else earned.evm_period_sk end as evm_period_sk
    from earned
    left join (
        select
            project_code,
            min_by(spi_t, period_end_on) as spi_t,
            min_by(coalesce(spi_t_null_reason, ''), period_end_on) as spi_t_null_reason,
            min_by(evm_period_sk, period_end_on) as evm_period_sk
        from {{ ref('mart_evm_period') }}
        where "view" = 'as_reported' and percent_complete >= 100
        group by project_code
    ) as finished
        on earned.project_code = finished.project_code

),

milestones as (

    select
        project_code,
        max(late_days) as late_days,
        max_by(milestone_snapshot_sk, late_days) as milestone_snapshot_sk
    from (
        select
            project_code,
            milestone_snapshot_sk,
            case when overdue_days > slip_days then overdue_days else slip_days end as late_days
        from {{ ref('mart_schedule_milestones') }}
        where is_current and not is_reached and slip_days is not null
    ) as open_milestones
    group by project_code

),

dependencies as (

    select
        to_project_code as project_code,
        min(float_days) as float_days,
        min_by(dependency_snapshot_sk, float_days) as dependency_snapshot_sk
    from {{ ref('mart_dependencies') }}
    where is_current and is_open and float_days is not null
    group by to_project_code

),

scope as (

    select
        changes.project_code,
        changes.scope_change_sk,
        changes.oldest_open_days,
        changes.oldest_open_days_null_reason
    from {{ ref('mart_scope_change') }} as changes
    inner join parameters
        on changes.period = parameters.period

),

risks as (

    select
        project_code,
        max(project_emv_residual) as emv_residual,
        max(project_contingency) as contingency,
        max(contingency_cover_null_reason) as contingency_cover_null_reason,
        max_by(risk_exposure_sk, coalesce(emv_residual, 0)) as risk_exposure_sk
    from {{ ref('mart_risk_exposure') }}
    where is_current
    group by project_code

),

gates as (

    select
        project_code,
        sum(overdue) as overdue,
        max_by(governance_compliance_sk, overdue) as governance_compliance_sk
    from {{ ref('mart_governance_compliance') }}
    group by project_code

),

benefits as (

    select
        project_code,
        sum(case when is_due then planned end) as planned,
        sum(case when is_due then realised end) as realised,
        sum(case when is_due and planned is not null then 1 else 0 end) as due,
        sum(case when is_due and realised is not null then 1 else 0 end) as measured,
        min_by(case when is_due then benefits_roi_sk end, realised - planned) as worst_benefit_sk,
        min(benefits_roi_sk) as any_benefit_sk,
        max(npv) as npv,
        max(npv_null_reason) as npv_null_reason
    from {{ ref('mart_benefits_roi') }}
    group by project_code

),

-- A dependency may be reported by the other project, so it says nothing of this one.
reports as (

    select project_code, reported_on, 'fct_progress' as report from {{ ref('int_progress') }}
    union all
    select project_code, reported_on, 'fct_milestone_snapshot' from {{ ref('int_milestones') }}
    union all
    select project_code, reported_on, 'fct_risk_snapshot' from {{ ref('int_risks') }}

),

newest_reports as (

    select
        project_code,
        max(reported_on) as reported_on,
        max_by(report, reported_on) as report
    from reports
    where reported_on is not null
    group by project_code

),

to_mend as (

    select
        project_code,
        sum(item_rows) as item_rows,
        max_by(reconciling_item_sk, item_rows) as reconciling_item_sk
    from {{ ref('fct_reconciling_item') }}
    where needs_mending and "view" = 'as_reported'
    group by project_code

),

stale as (

    select
        count(*) as sources,
        {{ joined_values('source') }} as names
    from {{ ref('stg_control__stale_sources') }}

),

projects as (

    select project_code
    from {{ ref('int_projects') }}
    where project_code <> 'unmapped'

),

measures as (

    select
        projects.project_code,
        'cost_overrun' as rule,
        cast(case when positions.bac > 0 then positions.eac / positions.bac - 1 end as decimal(28, 10)) as measure,
        coalesce(
            positions.baseline_null_reason, positions.eac_null_reason,
            case when positions.bac is null then 'no_baseline' when positions.bac <= 0 then 'zero_baseline' end
        ) as null_reason,
        'mart_budget_position' as evidence_table,
        positions.worst_forecast_sk as evidence_key
    from projects
    left join positions
        on projects.project_code = positions.project_code
    union all
    select
        projects.project_code,
        'budget_committed',
        cast(case when positions.bac > 0 then positions.committed_total / positions.bac end as decimal(28, 10)),
        coalesce(
            positions.baseline_null_reason, positions.committed_null_reason,
            case when positions.bac is null then 'no_baseline' when positions.bac <= 0 then 'zero_baseline' end
        ),
        'mart_budget_position',
        positions.worst_committed_sk
    from projects
    left join positions
        on projects.project_code = positions.project_code
    union all
    select
        projects.project_code,
        'scope_growth',
        cast(
            case when positions.baseline_original > 0 then positions.bac / positions.baseline_original - 1 end
            as decimal(28, 10)
        ),
        coalesce(
            positions.baseline_null_reason, positions.baseline_original_null_reason,
            case
                when positions.baseline_original is null then 'no_baseline'
                when positions.baseline_original <= 0 then 'zero_baseline'
            end
        ),
        'mart_budget_position',
        positions.most_grown_sk
    from projects
    left join positions
        on projects.project_code = positions.project_code
    {% for rule, ratio, relation in [('cost_efficiency', 'cpi', 'earned'), ('schedule_pace', 'spi_t', 'paced')] -%}
    union all
    select
        projects.project_code,
        '{{ rule }}',
        cast(found.{{ ratio }} as decimal(28, 10)),
        case when found.{{ ratio }} is null then coalesce(found.{{ ratio }}_null_reason, 'no_baseline') end,
        'mart_evm_period',
        found.evm_period_sk
    from projects
    left join {{ relation }} as found
        on projects.project_code = found.project_code
    {% endfor -%}
    {% for rule, relation, column, evidence, key, reason in [
        ('milestone_slip', 'milestones', 'late_days', 'mart_schedule_milestones', 'milestone_snapshot_sk', "'no_open_milestone'"),
        ('dependency_float', 'dependencies', 'float_days', 'mart_dependencies', 'dependency_snapshot_sk', "'no_open_dependency'"),
        ('scope_decision_age', 'scope', 'oldest_open_days', 'mart_scope_change', 'scope_change_sk',
            "coalesce(found.oldest_open_days_null_reason, 'no_open_request')"),
        ('gates_overdue', 'gates', 'overdue', 'mart_governance_compliance', 'governance_compliance_sk', "'no_prerequisite'")
    ] -%}
    union all
    select
        projects.project_code,
        '{{ rule }}',
        cast(found.{{ column }} as decimal(28, 10)),
        case when found.{{ column }} is null then {{ reason }} end,
        '{{ evidence }}',
        found.{{ key }}
    from projects
    left join {{ relation }} as found
        on projects.project_code = found.project_code
    {% endfor -%}
    union all
    select
        projects.project_code,
        'risk_exposure',
        cast(case when risks.contingency > 0 then risks.emv_residual / risks.contingency end as decimal(28, 10)),
        case
            when risks.project_code is null then 'no_risk'
            when risks.contingency > 0 and risks.emv_residual is not null then null
            else coalesce(risks.contingency_cover_null_reason, 'no_contingency')
        end,
        'mart_risk_exposure',
        risks.risk_exposure_sk
    from projects
    left join risks
        on projects.project_code = risks.project_code
    union all
    select
        projects.project_code,
        'benefit_realisation',
        cast(case when benefits.planned > 0 and benefits.due = benefits.measured then benefits.realised / benefits.planned end
            as decimal(28, 10)),
        case
            when benefits.project_code is null then 'no_benefit'
            when coalesce(benefits.planned, 0) <= 0 then 'nothing_planned'
            when benefits.due <> benefits.measured then 'not_measured'
        end,
        'mart_benefits_roi',
        benefits.worst_benefit_sk
    from projects
    left join benefits
        on projects.project_code = benefits.project_code
    union all
    select
        projects.project_code,
        'benefit_value',
        cast(benefits.npv as decimal(28, 10)),
        case when benefits.npv is null then coalesce(benefits.npv_null_reason, 'no_benefit') end,
        'mart_benefits_roi',
        benefits.any_benefit_sk
    from projects
    left join benefits
        on projects.project_code = benefits.project_code
    union all
    select
        projects.project_code,
        'report_age',
        cast(case when not coalesce(earned.percent_complete >= 100, false) then {{ dbt.datediff('newest_reports.reported_on', 'parameters.as_of', 'day') }} end
            as decimal(28, 10)),
        case
            when earned.percent_complete >= 100 then 'complete'
            when newest_reports.reported_on is null then 'nothing_reported'
        end,
        coalesce(newest_reports.report, 'fct_progress'),
        cast(newest_reports.reported_on as {{ text }})
    from projects
    cross join parameters
    left join newest_reports
        on projects.project_code = newest_reports.project_code
    left join earned
        on projects.project_code = earned.project_code
    union all
    select
        projects.project_code,
        'rows_to_mend',
        cast(coalesce(to_mend.item_rows, 0) as decimal(28, 10)),
        null,
        'fct_reconciling_item',
        to_mend.reconciling_item_sk
    from projects
    left join to_mend
        on projects.project_code = to_mend.project_code
    union all
    select
        projects.project_code,
        'stale_sources',
        cast(stale.sources as decimal(28, 10)),
        null,
        'release_info',
        stale.names
    from projects
    cross join stale

),

judged as (

    select
        measures.project_code,
        rules.dimension,
        rules.rule,
        measures.measure,
        case when measures.measure is null then coalesce(measures.null_reason, 'not_known') end as null_reason,
        rules.worse,
        rules.amber_from,
        rules.red_from,
        case
            when measures.measure is null then 'not_run'
            when rules.worse = 'higher' and measures.measure >= rules.red_from then 'red'
            when rules.worse = 'lower' and measures.measure <= rules.red_from then 'red'
            when rules.worse = 'higher' and measures.measure >= rules.amber_from then 'amber'
            when rules.worse = 'lower' and measures.measure <= rules.amber_from then 'amber'
            else 'green'
        end as outcome,
        measures.evidence_table,
        case when measures.measure is not null then measures.evidence_key end as evidence_key
    from measures
    inner join {{ ref('stg_control__status_rules') }} as rules
        on measures.rule = rules.rule

)

select
    {{ surrogate_key(['judged.project_code', 'judged.rule']) }} as project_status_rule_sk,
    projects.project_sk,
    judged.project_code,
    projects.project_name,
    judged.dimension,
    judged.rule,
    judged.outcome,
    judged.measure,
    judged.null_reason as measure_null_reason,
    judged.worse,
    judged.amber_from,
    judged.red_from,
    judged.evidence_table,
    judged.evidence_key,
    parameters.as_of
from judged
cross join parameters
inner join {{ ref('dim_project') }} as projects
    on judged.project_code = projects.project_code
    and projects.is_current
