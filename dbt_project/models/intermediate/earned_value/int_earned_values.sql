-- What each project, and each of its work packages, has earned at each period's end, of the baseline in force then. Once a
-- work package of a baseline that names them has been reported on, the project earns what its packages do.
with periods as (

    select * from {{ ref('int_evm_periods') }}

),

standing as (

    select * from {{ ref('int_progress_standing') }}

),

packages as (

    select * from {{ ref('int_baseline_packages') }}

),

baselines as (

    select
        periods.project_code,
        periods.period_no,
        periods.version_no,
        coalesce(whole.names_packages, false) as names_packages,
        case when whole.project_code is null then cast(0 as decimal(18, 2)) else whole.bac end as bac
    from periods
    left join packages as whole
        on periods.project_code = whole.project_code
        and periods.version_no = whole.version_no
        and whole.wbs = ''

),

package_reports as (

    select
        project_code,
        period_no,
        count(*) as reports
    from standing
    where wbs <> ''
    group by
        project_code,
        period_no

),

modes as (

    select
        baselines.*,
        baselines.names_packages and package_reports.reports is not null as is_earned_by_packages,
        package_reports.reports is not null and not baselines.names_packages as has_unweighed_reports
    from baselines
    left join package_reports
        on baselines.project_code = package_reports.project_code
        and baselines.period_no = package_reports.period_no

),

package_keys as (

    select modes.project_code, modes.period_no, packages.wbs
    from modes
    inner join packages
        on modes.project_code = packages.project_code
        and modes.version_no = packages.version_no
    where packages.wbs <> ''
    union
    select modes.project_code, modes.period_no, standing.wbs
    from modes
    inner join standing
        on modes.project_code = standing.project_code
        and modes.period_no = standing.period_no
    where standing.wbs <> '' and modes.names_packages

),

package_values as (

    select
        package_keys.project_code,
        package_keys.period_no,
        package_keys.wbs,
        modes.version_no,
        case when packages.project_code is null then cast(0 as decimal(18, 2)) else packages.bac end as bac,
        case when modes.is_earned_by_packages then coalesce(standing.percent_complete, 0) end as percent_complete,
        standing.technique,
        standing.reported_on
    from package_keys
    inner join modes
        on package_keys.project_code = modes.project_code
        and package_keys.period_no = modes.period_no
    left join packages
        on package_keys.project_code = packages.project_code
        and modes.version_no = packages.version_no
        and package_keys.wbs = packages.wbs
    left join standing
        on package_keys.project_code = standing.project_code
        and package_keys.period_no = standing.period_no
        and package_keys.wbs = standing.wbs

),

earned_packages as (

    select
        *,
        {{ earned_value('percent_complete', 'bac') }} as exact_ev
    from package_values

),

package_sums as (

    select
        project_code,
        period_no,
        sum(exact_ev) as exact_ev,
        sum({{ to_cents('exact_ev') }}) as ev,
        sum(case when technique = 'loe' then bac else 0 end) as loe_bac,
        max(reported_on) as reported_on,
        count(distinct technique) as techniques,
        max(technique) as technique
    from earned_packages
    group by
        project_code,
        period_no

),

earned_projects as (

    select
        modes.project_code,
        modes.period_no,
        '' as wbs,
        modes.version_no,
        case when modes.version_no is not null then modes.bac end as bac,
        case
            when not modes.is_earned_by_packages then standing.percent_complete
            when modes.bac <> 0 then {{ ratio('package_sums.exact_ev * 100', 'modes.bac') }}
        end as percent_complete,
        case
            when not modes.is_earned_by_packages then standing.technique
            when package_sums.techniques = 1 then package_sums.technique
            else 'mixed'
        end as technique,
        case when modes.is_earned_by_packages then package_sums.reported_on else standing.reported_on end as reported_on,
        case
            when modes.version_no is null then null
            when modes.is_earned_by_packages and modes.bac is not null then package_sums.exact_ev
            when not modes.is_earned_by_packages then {{ earned_value('standing.percent_complete', 'modes.bac') }}
        end as exact_ev,
        case
            when modes.version_no is null or modes.bac is null then null
            when modes.is_earned_by_packages then package_sums.ev
            else {{ to_cents(earned_value('standing.percent_complete', 'modes.bac')) }}
        end as ev,
        case
            when modes.is_earned_by_packages then package_sums.loe_bac
            when standing.technique = 'loe' then modes.bac
            when standing.technique is not null then cast(0 as decimal(18, 2))
        end as loe_bac,
        modes.has_unweighed_reports
    from modes
    left join standing
        on modes.project_code = standing.project_code
        and modes.period_no = standing.period_no
        and standing.wbs = ''
    left join package_sums
        on modes.project_code = package_sums.project_code
        and modes.period_no = package_sums.period_no

),

final as (

    select
        project_code, period_no, wbs, version_no, bac, percent_complete, technique, reported_on, exact_ev, ev, loe_bac,
        has_unweighed_reports
    from earned_projects
    union all
    select
        project_code, period_no, wbs, version_no, bac, percent_complete, technique, reported_on, exact_ev,
        {{ to_cents('exact_ev') }},
        case when technique = 'loe' then bac else cast(0 as decimal(18, 2)) end,
        false
    from earned_packages

)

select
    project_code,
    period_no,
    wbs,
    version_no,
    bac,
    cast(percent_complete as decimal(18, 10)) as percent_complete,
    technique,
    reported_on,
    cast(exact_ev as decimal(38, 14)) as exact_ev,
    cast(ev as decimal(18, 2)) as ev,
    cast(loe_bac as decimal(18, 2)) as loe_bac,
    case
        when version_no is null then 'no_baseline'
        when bac is null then 'no_rate'
    end as bac_null_reason,
    case
        when version_no is null then 'no_baseline'
        when bac is null then 'no_rate'
        when exact_ev is not null then null
        when has_unweighed_reports then 'no_wbs_in_baseline'
        else 'no_progress'
    end as ev_null_reason
from final
