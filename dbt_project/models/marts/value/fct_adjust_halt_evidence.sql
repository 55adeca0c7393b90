-- A rule without what it asks for does not fire; mart_portfolio_prioritisation says which could not run. The thresholds
-- stand in docs/value.md, too.
{% set eac_tolerance = '0.10' %}
{% set tcpi_limit = '1.10' %}
{% set alignment_cut = '0.30' %}
{% set text_type = dbt.type_string() %}
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
        positions.budget_position_sk,
        positions.vac,
        sum(positions.eac) over (partition by positions.project_code) as project_eac,
        sum(positions.bac) over (partition by positions.project_code) as project_bac,
        count(*) over (partition by positions.project_code) as categories,
        count(positions.vac) over (partition by positions.project_code) as known_categories
    from {{ ref('mart_budget_position') }} as positions
    inner join parameters
        on positions.period = parameters.period
    where positions."view" = 'as_reported' and positions.fx_basis = 'budget'

),

-- The first report of a milestone is measured from its baseline.
slips as (

    select
        project_code,
        milestone,
        is_newest_report,
        actual_on,
        source_path,
        source_sheet,
        source_place,
        {{ dbt.datediff('baseline_on', 'forecast_on', 'day') }} as slip_days,
        row_number() over (
            partition by project_code, source_project, milestone
            order by coalesce(reported_on, date '1900-01-01'), source_path desc, source_row desc
        ) as report_no,
        source_project
    from {{ ref('int_milestones') }}

),

growing as (

    select
        newest.*,
        before.slip_days as slip_before
    from slips as newest
    inner join slips as before
        on newest.project_code = before.project_code
        and newest.source_project = before.source_project
        and newest.milestone = before.milestone
        and newest.report_no = before.report_no + 1
    left join slips as first_of_three
        on newest.project_code = first_of_three.project_code
        and newest.source_project = first_of_three.source_project
        and newest.milestone = first_of_three.milestone
        and newest.report_no = first_of_three.report_no + 2
    where newest.is_newest_report
        and newest.actual_on is null
        and newest.slip_days > before.slip_days
        and before.slip_days > coalesce(first_of_three.slip_days, 0)

),

years as (

    select
        value_by_year_sk,
        project_code,
        year_index,
        max(year_index) over (partition by project_code) as last_index,
        sum(present_value) over (partition by project_code) as npv,
        count(present_value_null_reason) over (partition by project_code) as unknown_years
    from {{ ref('fct_value_by_year') }}

),

evidence as (

    select
        project_code,
        'eac_over_tolerance' as rule,
        cast(null as {{ text_type }}) as scoring_version,
        'mart_budget_position' as evidence_table,
        budget_position_sk as evidence_key,
        cast(project_eac / project_bac - 1 as decimal(28, 10)) as value,
        cast({{ eac_tolerance }} as decimal(28, 10)) as threshold,
        cast(null as {{ text_type }}) as source_path,
        cast(null as {{ text_type }}) as source_sheet,
        cast(null as {{ text_type }}) as source_place
    from positions
    where known_categories = categories
        and project_bac > 0
        and project_eac > project_bac * (1 + {{ eac_tolerance }})
        and vac < 0
    union all
    -- A budget that is spent with work left has no index; none could be worse.
    select
        earned.project_code,
        'tcpi_not_credible',
        null,
        'mart_evm_period',
        earned.evm_period_sk,
        earned.tcpi_bac,
        cast({{ tcpi_limit }} as decimal(28, 10)),
        null,
        null,
        null
    from {{ ref('mart_evm_period') }} as earned
    inner join parameters
        on earned.period = parameters.period
    where earned."view" = 'as_reported'
        and (earned.tcpi_bac > {{ tcpi_limit }} or earned.tcpi_bac_null_reason = 'budget_exhausted')
    union all
    select
        project_code,
        'slip_growing',
        null,
        'register/milestones',
        milestone,
        cast(slip_days as decimal(28, 10)),
        cast(slip_before as decimal(28, 10)),
        source_path,
        source_sheet,
        source_place
    from growing
    union all
    select
        scores.project_code,
        'alignment_below_cut',
        scores.scoring_version,
        'fct_alignment_score',
        scores.alignment_score_sk,
        projects.alignment,
        cast({{ alignment_cut }} as decimal(28, 10)),
        scores.source_path,
        scores.source_sheet,
        scores.source_place
    from {{ ref('fct_alignment_score') }} as scores
    inner join {{ ref('int_alignment_scores') }} as projects
        on scores.project_code = projects.project_code
        and scores.scoring_version = projects.scoring_version
    where projects.alignment < {{ alignment_cut }}
    union all
    select
        project_code,
        'npv_negative',
        null,
        'fct_value_by_year',
        value_by_year_sk,
        npv,
        cast(0 as decimal(28, 10)),
        null,
        null,
        null
    from years
    where unknown_years = 0 and npv < 0
    union all
    select
        dependencies.to_project_code,
        'dependency_blocked',
        null,
        'register/dependencies',
        dependencies.dependency,
        cast({{ dbt.datediff('dependencies.needed_on', 'parameters.as_of', 'day') }} as decimal(28, 10)),
        cast(0 as decimal(28, 10)),
        dependencies.source_path,
        dependencies.source_sheet,
        dependencies.source_place
    from {{ ref('int_dependencies') }} as dependencies
    cross join parameters
    where dependencies.is_newest_report
        and dependencies.needed_on < parameters.as_of
        and coalesce(lower(dependencies.status), 'open') not in ('delivered', 'done', 'closed', 'cancelled')

)

select
    {{ surrogate_key([
        'evidence.project_code', 'evidence.rule', 'evidence.scoring_version', 'evidence.evidence_key',
        'evidence.source_path', 'evidence.source_sheet', 'evidence.source_place'
    ]) }} as adjust_halt_evidence_sk,
    projects.project_sk,
    evidence.project_code,
    projects.project_name,
    evidence.rule,
    evidence.scoring_version,
    cast(evidence.value as decimal(28, 10)) as rule_value,
    evidence.threshold as rule_threshold,
    evidence.evidence_table,
    evidence.evidence_key,
    evidence.source_path,
    evidence.source_sheet,
    evidence.source_place,
    parameters.as_of
from evidence
cross join parameters
inner join {{ ref('dim_project') }} as projects
    on evidence.project_code = projects.project_code
    and projects.is_current
where evidence.project_code <> 'unmapped'
