with reports as (

    select
        standing.*,
        periods.period,
        periods.period_end_on,
        periods.is_partial_period,
        periods.version_no,
        case
            when packages.project_code is not null then packages.bac
            when standing.wbs = '' and periods.version_no is not null then cast(0 as decimal(18, 2))
        end as bac,
        packages.project_code is not null or standing.wbs = '' as is_in_baseline,
        coalesce(whole.names_packages, false) as names_packages,
        max(case when standing.wbs <> '' then 1 else 0 end) over (
            partition by standing.project_code, standing.period_no
        ) = 1 as has_package_reports
    from {{ ref('int_progress_standing') }} as standing
    inner join {{ ref('int_evm_periods') }} as periods
        on standing.project_code = periods.project_code
        and standing.period_no = periods.period_no
    left join {{ ref('int_baseline_packages') }} as packages
        on standing.project_code = packages.project_code
        and periods.version_no = packages.version_no
        and standing.wbs = packages.wbs
    left join {{ ref('int_baseline_packages') }} as whole
        on standing.project_code = whole.project_code
        and periods.version_no = whole.version_no
        and whole.wbs = ''

),

judged as (

    select
        *,
        case
            when version_no is null then 'no_baseline'
            when wbs <> '' and not is_in_baseline then 'wbs_not_in_baseline'
            when wbs = '' and has_package_reports and names_packages then 'wbs_reported'
        end as not_counted_reason
    from reports

)

select
    {{ surrogate_key(['judged.project_code', 'judged.wbs', 'judged.period']) }} as progress_sk,
    projects.project_sk,
    judged.project_code,
    projects.project_name,
    nullif(judged.wbs, '') as wbs,
    judged.period,
    judged.period_end_on,
    judged.is_partial_period,
    judged.reported_on,
    cast(judged.percent_complete as decimal(18, 10)) as percent_complete,
    judged.technique,
    judged.not_counted_reason is null as counts_in_ev,
    judged.not_counted_reason,
    judged.bac,
    {{ to_cents(earned_value('judged.percent_complete', 'judged.bac')) }} as ev,
    case
        when judged.bac is not null then null
        when judged.version_no is null then 'no_baseline'
        when judged.is_in_baseline then 'no_rate'
        else 'wbs_not_in_baseline'
    end as ev_null_reason,
    parameters.reporting_currency as currency,
    parameters.as_of,
    judged.source_path,
    judged.source_sheet,
    judged.source_place,
    judged.batch_id
from judged
cross join {{ ref('stg_control__run_parameters') }} as parameters
inner join {{ ref('dim_project') }} as projects
    on judged.project_code = projects.project_code
    and projects.is_current
