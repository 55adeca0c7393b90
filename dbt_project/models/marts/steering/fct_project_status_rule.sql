-- What each rule of the status measures, with the row that proves it, and the colour that its thresholds make of that. A
-- rule without what it asks for says why. Of rows that prove it equally well the first key is named, so that it is the
-- same one whenever this is built.
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
        min(case when positions.vac = positions.least_vac then positions.budget_position_sk end) as worst_forecast_sk,
        min(case when positions.available = positions.least_available then positions.budget_position_sk end)
            as worst_committed_sk,
        min(case when positions.growth = positions.most_growth then positions.budget_position_sk end) as most_grown_sk
    from (
        select
            current_positions.*,
            baseline_revised - baseline_original as growth,
            min(vac) over (partition by project_code) as least_vac,
            min(available) over (partition by project_code) as least_available,
            max(baseline_revised - baseline_original) over (partition by project_code) as most_growth
        from {{ ref('mart_budget_position') }} as current_positions
        inner join parameters
            on current_positions.period = parameters.period
        where current_positions."view" = 'as_reported' and current_positions.fx_basis = 'budget'
    ) as positions
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
        late_days,
        milestone_snapshot_sk
    from (
        select
            project_code,
            milestone_snapshot_sk,
            late_days,
            row_number() over (partition by project_code order by late_days desc, milestone_snapshot_sk) as rank_of_late
        from (
            select
                project_code,
                milestone_snapshot_sk,
                case when overdue_days > slip_days then overdue_days else slip_days end as late_days
            from {{ ref('mart_schedule_milestones') }}
            where is_current and not is_reached and slip_days is not null
        ) as open_milestones
    ) as ranked
    where rank_of_late = 1

),

dependencies as (

    select
        project_code,
        float_days,
        dependency_snapshot_sk
    from (
        select
            to_project_code as project_code,
            float_days,
            dependency_snapshot_sk,
            row_number() over (partition by to_project_code order by float_days, dependency_snapshot_sk) as rank_of_float
        from {{ ref('mart_dependencies') }}
        where is_current and is_open and float_days is not null
    ) as ranked
    where rank_of_float = 1

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
        max(case when rank_of_exposure = 1 then risk_exposure_sk end) as risk_exposure_sk
    from (
        select
            *,
            row_number() over (
                partition by project_code
                order by coalesce(emv_residual, 0) desc, risk_exposure_sk
            ) as rank_of_exposure
        from {{ ref('mart_risk_exposure') }}
        where is_current
    ) as exposures
    group by project_code

),

gates as (

    select
        project_code,
        sum(overdue) as overdue,
        max(case when rank_of_overdue = 1 then governance_compliance_sk end) as governance_compliance_sk
    from (
        select
            project_code,
            governance_compliance_sk,
            overdue,
            row_number() over (partition by project_code order by overdue desc, governance_compliance_sk) as rank_of_overdue
        from {{ ref('mart_governance_compliance') }}
    ) as gates_of_projects
    group by project_code

),

benefits as (

    select
        project_code,
        sum(case when is_due then planned end) as planned,
        sum(case when is_due then realised end) as realised,
        sum(case when is_due and planned is not null then 1 else 0 end) as due,
        sum(case when is_due and realised is not null then 1 else 0 end) as measured,
        min(case when rank_of_due = 1 and is_due and realised - planned is not null then benefits_roi_sk end)
            as worst_benefit_sk,
        min(benefits_roi_sk) as any_benefit_sk,
        max(npv) as npv,
        max(npv_null_reason) as npv_null_reason
    from (
        select
            *,
            row_number() over (
                partition by project_code, is_due
                order by realised - planned nulls last, benefits_roi_sk
            ) as rank_of_due
        from {{ ref('mart_benefits_roi') }}
    ) as ranked
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
        reported_on,
        report
    from (
        select
            *,
            row_number() over (partition by project_code order by reported_on desc, report) as rank_of_report
        from reports
        where reported_on is not null
    ) as ranked
    where rank_of_report = 1

),

to_mend as (

    select
        project_code,
        sum(item_rows) as item_rows,
        max(case when rank_of_item = 1 then reconciling_item_sk end) as reconciling_item_sk
    from (
        select
            project_code,
            item_rows,
            reconciling_item_sk,
            row_number() over (partition by project_code order by item_rows desc, reconciling_item_sk) as rank_of_item
        from {{ ref('fct_reconciling_item') }}
        where needs_mending and "view" = 'as_reported'
    ) as items
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
