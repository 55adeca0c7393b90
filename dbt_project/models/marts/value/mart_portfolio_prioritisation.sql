with parameters as (

    select
        parameters.*,
        days.period
    from {{ ref('stg_control__run_parameters') }} as parameters
    inner join {{ ref('int_fiscal_days') }} as days
        on parameters.as_of = days.date_day

),

scoring_versions as (

    select scoring_version from {{ ref('int_objectives') }}
    union
    select scoring_version from {{ ref('int_alignment_scores') }}
    union
    select scoring_version from {{ ref('int_priorities') }}

),

-- Flags need no scores: where nobody scored anything, a project still has its row.
versions as (

    select scoring_version from scoring_versions
    union all
    select 'none' where not exists (select 1 from scoring_versions)

),

priorities as (

    select
        project_code,
        scoring_version,
        count(*) as scores,
        max(business_value) as business_value,
        max(time_criticality) as time_criticality,
        max(risk_reduction) as risk_reduction,
        max(job_size) as job_size
    from {{ ref('int_priorities') }}
    group by
        project_code,
        scoring_version

),

project_values as (

    select
        project_code,
        sum(present_value) as npv,
        max(present_value_null_reason) as npv_null_reason,
        min(case when year_index = 0 then fiscal_year end) as npv_fiscal_year
    from {{ ref('fct_value_by_year') }}
    group by project_code

),

-- What is left after mitigation where it was assessed, else the inherent figures.
exposures as (

    select
        project_code,
        is_open,
        coalesce(emv_residual, emv_inherent) as exposure
    from {{ ref('fct_risk_snapshot') }}
    where is_current

),

risks as (

    select
        project_code,
        sum(case when is_open then exposure else 0 end) as emv,
        sum(case when is_open and exposure is null then 1 else 0 end) as unrated
    from exposures
    group by project_code

),

positions as (

    select
        positions.project_code,
        count(*) = count(positions.vac) as is_known
    from {{ ref('mart_budget_position') }} as positions
    inner join parameters
        on positions.period = parameters.period
    where positions."view" = 'as_reported' and positions.fx_basis = 'budget'
    group by positions.project_code

),

earned as (

    select
        earned.project_code,
        coalesce(earned.tcpi_bac_null_reason, 'known') in ('known', 'budget_exhausted', 'complete') as is_known
    from {{ ref('mart_evm_period') }} as earned
    inner join parameters
        on earned.period = parameters.period
    where earned."view" = 'as_reported'

),

milestones as (

    select distinct project_code from {{ ref('int_milestones') }}

),

dependencies as (

    select count(*) as reports from {{ ref('int_dependencies') }}

),

flags as (

    select
        evidence.project_code,
        versions.scoring_version,
        {{ joined_values('evidence.rule') }} as rules,
        {{ joined_values('evidence.adjust_halt_evidence_sk') }} as evidence_ids,
        count(distinct evidence.rule) as rules_fired
    from {{ ref('fct_adjust_halt_evidence') }} as evidence
    inner join versions
        on coalesce(evidence.scoring_version, versions.scoring_version) = versions.scoring_version
    group by
        evidence.project_code,
        versions.scoring_version

),

scored as (

    select
        projects.project_sk,
        projects.project_code,
        projects.project_name,
        projects.programme,
        projects.portfolio,
        versions.scoring_version,
        alignment.alignment,
        case
            when alignment.project_code is null then 'not_scored'
            else alignment.alignment_null_reason
        end as alignment_null_reason,
        priorities.business_value,
        priorities.time_criticality,
        priorities.risk_reduction,
        priorities.job_size,
        case
            when priorities.project_code is null then 'not_scored'
            when priorities.scores > 1 then 'scored_twice'
            when priorities.business_value is null
                or priorities.time_criticality is null
                or priorities.risk_reduction is null
                or priorities.job_size is null then 'partly_scored'
            when priorities.job_size = 0 then 'no_job_size'
        end as wsjf_null_reason,
        case when project_values.npv_null_reason is null then cast(project_values.npv as decimal(28, 10)) end as npv,
        case when project_values.project_code is null then 'no_benefits' else project_values.npv_null_reason end
            as npv_null_reason,
        project_values.npv_fiscal_year,
        risks.emv,
        case
            when risks.project_code is null then 'no_risks'
            when risks.unrated > 0 then 'no_rate'
        end as emv_null_reason,
        flags.rules,
        flags.evidence_ids,
        coalesce(flags.rules_fired, 0) as rules_fired,
        coalesce(positions.is_known, false) as is_eac_known,
        coalesce(earned.is_known, false) as is_tcpi_known,
        milestones.project_code is not null as has_milestones,
        dependencies.reports > 0 as has_dependencies
    from {{ ref('dim_project') }} as projects
    cross join versions
    cross join dependencies
    left join {{ ref('int_alignment_scores') }} as alignment
        on projects.project_code = alignment.project_code
        and versions.scoring_version = alignment.scoring_version
    left join priorities
        on projects.project_code = priorities.project_code
        and versions.scoring_version = priorities.scoring_version
    left join project_values
        on projects.project_code = project_values.project_code
    left join risks
        on projects.project_code = risks.project_code
    left join positions
        on projects.project_code = positions.project_code
    left join earned
        on projects.project_code = earned.project_code
    left join milestones
        on projects.project_code = milestones.project_code
    left join flags
        on projects.project_code = flags.project_code
        and versions.scoring_version = flags.scoring_version
    where projects.is_current and projects.project_code <> 'unmapped'

),

weighed as (

    select
        *,
        case
            when wsjf_null_reason is null
                then cast((business_value + time_criticality + risk_reduction) / job_size as decimal(28, 10))
        end as wsjf,
        {% for rule, could_run in [
            ('alignment_below_cut', 'alignment_null_reason is null'),
            ('dependency_blocked', 'has_dependencies'),
            ('eac_over_tolerance', 'is_eac_known'),
            ('npv_negative', 'npv_null_reason is null'),
            ('slip_growing', 'has_milestones'),
            ('tcpi_not_credible', 'is_tcpi_known')
        ] -%}
        case when {{ could_run }} then '' else ', {{ rule }}' end
        {%- if not loop.last %} || {% endif %}
        {% endfor -%}
        as not_run
    from scored

)

select
    {{ surrogate_key(['project_code', 'scoring_version']) }} as portfolio_prioritisation_sk,
    weighed.project_sk,
    weighed.project_code,
    weighed.project_name,
    weighed.programme,
    weighed.portfolio,
    weighed.scoring_version,
    weighed.alignment,
    weighed.alignment_null_reason,
    {% for score, ranked in [('alignment', 'rank'), ('wsjf', 'wsjf_rank')] -%}
    case
        when count(weighed.{{ score }}) over (partition by weighed.scoring_version) > 0
            then rank() over (partition by weighed.scoring_version order by weighed.{{ score }} desc nulls last)
    end as {{ ranked }},
    case
        when count(weighed.{{ score }}) over (partition by weighed.scoring_version) = 0 then 'nothing_scored'
    end as {{ ranked }}_null_reason,
    {% endfor -%}
    weighed.wsjf,
    weighed.wsjf_null_reason,
    weighed.npv as npv_at_eac,
    weighed.npv_null_reason as npv_at_eac_null_reason,
    weighed.npv_fiscal_year,
    case when weighed.emv_null_reason is null then cast(weighed.emv as decimal(18, 2)) end as expected_loss,
    weighed.emv_null_reason as expected_loss_null_reason,
    case
        when coalesce(weighed.npv_null_reason, weighed.emv_null_reason) is null
            then cast(weighed.npv - weighed.emv as decimal(28, 10))
    end as risk_adj,
    coalesce(weighed.npv_null_reason, weighed.emv_null_reason) as risk_adj_null_reason,
    weighed.rules_fired > 0 as is_adjust_halt_candidate,
    cast(weighed.rules_fired as bigint) as adjust_halt_count,
    weighed.rules as adjust_halt_flags,
    weighed.evidence_ids,
    nullif(substr(weighed.not_run, 3), '') as adjust_halt_not_run,
    parameters.reporting_currency as currency,
    parameters.as_of
from weighed
cross join parameters
