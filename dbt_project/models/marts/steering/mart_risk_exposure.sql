-- Contingency is of a project, so its cover is measured against the exposure of all categories of the project together.
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

snapshots as (

    select * from {{ ref('fct_risk_snapshot') }}

),

{% for name, keys in [('by_category', ['project_code', 'category', 'report_date']), ('by_project', ['project_code', 'report_date'])] -%}
{{ name }} as (

    select
        {{ keys | join(', ') }},
        {% for measure in ['emv_inherent', 'emv_residual'] -%}
        case when count(*) = count({{ measure }}) then cast(sum({{ measure }}) as decimal(18, 2)) end as {{ measure }},
        {% endfor -%}
        case
            when sum(case when is_open and impact is null then 1 else 0 end) = 0
                then cast(coalesce(
                    sum(case when is_open then (case when kind = 'opportunity' then -impact else impact end) end), 0
                ) as decimal(18, 2))
        end as impact_open,
        max(emv_residual_null_reason) as residual_reason,
        sum(case when is_open then 1 else 0 end) as open_count,
        sum(case when is_open and kind = 'opportunity' then 1 else 0 end) as open_opportunity_count,
        sum(case when is_open then 0 else 1 end) as closed_count,
        sum(case when is_open and residual_probability is null then 1 else 0 end) as unassessed_count
    from snapshots
    group by {{ keys | join(', ') }}

),

{% endfor -%}
versions as (

    select * from {{ ref('int_budget_versions') }}

),

current_versions as (

    select
        by_project.project_code,
        by_project.report_date,
        max(versions.version_no) as version_no
    from by_project
    inner join versions
        on by_project.project_code = versions.project_code
        and versions.approved_on <= by_project.report_date
    group by by_project.project_code, by_project.report_date

),

contingencies as (

    select
        current_versions.project_code,
        current_versions.report_date,
        {{ to_cents('sum(versions.contingency)') }} as contingency
    from current_versions
    inner join versions
        on current_versions.project_code = versions.project_code
        and current_versions.version_no = versions.version_no
    group by current_versions.project_code, current_versions.report_date

)

select
    {{ surrogate_key(['by_category.project_code', 'by_category.category', 'by_category.report_date']) }} as risk_exposure_sk,
    projects.project_sk,
    by_category.project_code,
    projects.project_name,
    by_category.category,
    by_category.report_date,
    by_category.report_date = parameters.as_of as is_current,
    parameters.reporting_currency as currency,
    by_category.emv_inherent,
    case when by_category.emv_inherent is null then 'no_rate' end as emv_inherent_null_reason,
    by_category.emv_residual,
    case when by_category.emv_residual is null then by_category.residual_reason end as emv_residual_null_reason,
    by_category.impact_open,
    case when by_category.impact_open is null then 'no_rate' end as impact_open_null_reason,
    cast(by_category.open_count as bigint) as open_count,
    cast(by_category.open_opportunity_count as bigint) as open_opportunity_count,
    cast(by_category.closed_count as bigint) as closed_count,
    cast(by_category.unassessed_count as bigint) as unassessed_count,
    by_project.emv_residual as project_emv_residual,
    contingencies.contingency as project_contingency,
    case
        when by_project.emv_residual > 0
            then cast(contingencies.contingency / by_project.emv_residual as decimal(28, 10))
    end as contingency_cover,
    case
        when contingencies.project_code is null then 'no_baseline'
        when contingencies.contingency is null then 'no_contingency'
        when by_project.emv_residual is null then by_project.residual_reason
        when by_project.emv_residual <= 0 then 'no_exposure'
    end as contingency_cover_null_reason,
    parameters.as_of
from by_category
cross join parameters
inner join by_project
    on by_category.project_code = by_project.project_code
    and by_category.report_date = by_project.report_date
inner join {{ ref('dim_project') }} as projects
    on by_category.project_code = projects.project_code
    and projects.is_current
left join contingencies
    on by_category.project_code = contingencies.project_code
    and by_category.report_date = contingencies.report_date
