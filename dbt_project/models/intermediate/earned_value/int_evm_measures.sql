-- Every earned value measure of projects and work packages at each period's end, in both views. As reported, a closed
-- period holds what it held when it was closed. Each null has its reason; what follows from a null is null for the same.
{% set parts = [
    'baseline_version_no', 'technique', 'reported_on', 'bac', 'bac_null_reason', 'loe_bac', 'percent_complete', 'exact_ev',
    'ev', 'ev_null_reason', 'exact_pv', 'pv_null_reason', 'schedule_null_reason', 'planned_periods', 'actual_periods', 'es',
    'es_null_reason', 'is_after_planned_end'
] %}
with closing as (

    select * from {{ ref('int_closing') }}

),

schedules as (

    select * from {{ ref('int_earned_schedules') }}

),

frozen as (

    select * from {{ ref('int_frozen_earned_schedules') }}

),

-- A project that a close did not know had no baseline as reported; a work package that it did not know was not there.
by_view as (

    select 'restated' as view_name, schedules.project_code, schedules.wbs, schedules.period_no,
        {% for part in parts %}schedules.{{ part }}{% if not loop.last %}, {% endif %}{% endfor %}
    from schedules
    union all
    select 'as_reported', schedules.project_code, schedules.wbs, schedules.period_no,
        {% for part in parts %}schedules.{{ part }}{% if not loop.last %}, {% endif %}{% endfor %}
    from schedules
    cross join closing
    where schedules.period_no > closing.closed_through_no
    union all
    select 'as_reported', project_code, wbs, period_no, {{ parts | join(', ') }}
    from frozen
    union all
    select
        'as_reported', schedules.project_code, '', schedules.period_no,
        null, null, null, null, 'no_baseline', null, null, null, null, 'no_baseline', null, 'no_baseline', 'no_baseline',
        null, null, null, 'no_baseline', false
    from schedules
    cross join closing
    left join frozen
        on schedules.project_code = frozen.project_code
        and schedules.period_no = frozen.period_no
        and frozen.wbs = ''
    where schedules.wbs = ''
        and schedules.period_no <= closing.closed_through_no
        and frozen.project_code is null

),

costs as (

    select
        project_code,
        period_no,
        view_name,
        case when count(*) = count(consumed) then sum(consumed) end as ac,
        case when count(*) = count(eac) then sum(eac) end as eac_pm,
        max(consumed_null_reason) as ac_null_reason,
        max(case when etc_null_reason = 'no_forecast' then etc_null_reason end) as no_forecast_reason,
        max(coalesce(etc_null_reason, consumed_null_reason)) as eac_pm_null_reason
    from {{ ref('int_positions') }}
    where fx_basis = 'budget'
    group by
        project_code,
        period_no,
        view_name

),

known as (

    select
        by_view.*,
        case
            when by_view.wbs <> '' then null
            when costs.project_code is null then cast(0 as decimal(18, 2))
            else cast(costs.ac as decimal(18, 2))
        end as ac,
        case when by_view.wbs <> '' then 'not_supplied' else costs.ac_null_reason end as ac_null_reason,
        case when by_view.wbs = '' then cast(costs.eac_pm as decimal(18, 2)) end as eac_pm,
        case
            when by_view.wbs <> '' then 'not_supplied'
            when costs.project_code is null then 'no_forecast'
            else coalesce(costs.no_forecast_reason, costs.eac_pm_null_reason)
        end as eac_pm_null_reason
    from by_view
    left join costs
        on by_view.project_code = costs.project_code
        and by_view.period_no = costs.period_no
        and by_view.view_name = costs.view_name

),

reasoned as (

    select
        *,
        coalesce(ac_null_reason, case when ac = 0 then 'no_actuals' end, ev_null_reason) as cpi_null_reason,
        case
            when bac_null_reason is not null then bac_null_reason
            when is_after_planned_end then 'after_planned_end'
            when pv_null_reason is not null then pv_null_reason
            when exact_pv = 0 then 'not_started'
            else ev_null_reason
        end as spi_null_reason,
        case
            when schedule_null_reason is not null then schedule_null_reason
            when actual_periods = 0 then 'not_started'
            else es_null_reason
        end as spi_t_null_reason,
        case
            when bac = 0 then 'no_budget'
            when exact_ev >= bac then 'complete'
        end as nothing_left_reason,
        case when exact_ev = 0 then 'nothing_earned' end as nothing_earned_reason,
        case when exact_ev <> 0 then cast(bac as double) * ac / cast(exact_ev as double) end as eac_cpi_unrounded,
        case
            when exact_ev <> 0
                then ac + cast(bac - exact_ev as double) / cast(exact_ev as double) * ac * exact_pv / cast(exact_ev as double)
        end as eac_cpi_spi_unrounded,
        case when es <> 0 then cast(planned_periods as double) * actual_periods / cast(es as double) end as ieac_t_unrounded
    from known

),

explained as (

    select
        *,
        coalesce(ev_null_reason, ac_null_reason) as cv_null_reason,
        coalesce(pv_null_reason, ev_null_reason) as sv_null_reason,
        coalesce(
            cpi_null_reason, nothing_earned_reason, {{ out_of_range('eac_cpi_unrounded') }}
        ) as eac_cpi_null_reason,
        coalesce(ev_null_reason, ac_null_reason) as eac_budget_null_reason,
        coalesce(
            cpi_null_reason, spi_null_reason, nothing_earned_reason, {{ out_of_range('eac_cpi_spi_unrounded') }}
        ) as eac_cpi_spi_null_reason,
        coalesce(
            ev_null_reason, ac_null_reason, nothing_left_reason, case when bac - ac <= 0 then 'budget_exhausted' end
        ) as tcpi_bac_null_reason,
        coalesce(
            ev_null_reason, ac_null_reason, nothing_left_reason, eac_pm_null_reason,
            case when eac_pm - ac <= 0 then 'forecast_exhausted' end
        ) as tcpi_eac_null_reason,
        coalesce(
            spi_t_null_reason, case when es = 0 then 'nothing_earned' end, {{ out_of_range('ieac_t_unrounded') }}
        ) as ieac_t_null_reason,
        case
            when percent_complete is not null then null
            when ev_null_reason is not null then ev_null_reason
            else 'no_budget'
        end as percent_complete_null_reason,
        case
            when bac_null_reason is not null then bac_null_reason
            when bac = 0 then 'no_budget'
            when loe_bac is null then coalesce(ev_null_reason, 'no_progress')
        end as loe_share_null_reason
    from reasoned

)

select
    explained.project_code,
    explained.wbs,
    periods.period,
    explained.period_no,
    periods.period_end_on,
    explained.view_name,
    periods.is_partial_period,
    explained.baseline_version_no,
    explained.technique,
    explained.reported_on,
    explained.percent_complete,
    explained.percent_complete_null_reason,
    {{ to_cents('explained.exact_pv') }} as pv,
    explained.pv_null_reason,
    explained.ev,
    explained.ev_null_reason,
    explained.ac,
    explained.ac_null_reason,
    explained.bac,
    explained.bac_null_reason,
    cast(explained.ev - explained.ac as decimal(18, 2)) as cv,
    explained.cv_null_reason,
    cast(explained.ev - {{ to_cents('explained.exact_pv') }} as decimal(18, 2)) as sv,
    explained.sv_null_reason,
    case when explained.cpi_null_reason is null then {{ ratio('explained.exact_ev', 'explained.ac') }} end as cpi,
    explained.cpi_null_reason,
    case when explained.spi_null_reason is null then {{ ratio('explained.exact_ev', 'explained.exact_pv') }} end as spi,
    explained.spi_null_reason,
    case
        when explained.eac_cpi_null_reason is null then {{ double_to_cents('explained.eac_cpi_unrounded') }}
    end as eac_cpi,
    explained.eac_cpi_null_reason,
    cast(explained.ac + explained.bac - explained.ev as decimal(18, 2)) as eac_budget,
    explained.eac_budget_null_reason,
    case
        when explained.eac_cpi_spi_null_reason is null then {{ double_to_cents('explained.eac_cpi_spi_unrounded') }}
    end as eac_cpi_spi,
    explained.eac_cpi_spi_null_reason,
    explained.eac_pm,
    explained.eac_pm_null_reason,
    case
        when explained.tcpi_bac_null_reason is null
            then {{ ratio('explained.bac - explained.exact_ev', 'explained.bac - explained.ac') }}
    end as tcpi_bac,
    explained.tcpi_bac_null_reason,
    case
        when explained.tcpi_eac_null_reason is null
            then {{ ratio('explained.bac - explained.exact_ev', 'explained.eac_pm - explained.ac') }}
    end as tcpi_eac,
    explained.tcpi_eac_null_reason,
    explained.planned_periods,
    explained.schedule_null_reason as planned_periods_null_reason,
    cast(explained.es as decimal(28, 10)) as es,
    explained.es_null_reason,
    cast(explained.actual_periods as decimal(28, 10)) as actual_periods,
    explained.schedule_null_reason as actual_periods_null_reason,
    cast(explained.es - explained.actual_periods as decimal(28, 10)) as sv_t,
    explained.es_null_reason as sv_t_null_reason,
    case when explained.spi_t_null_reason is null then {{ ratio('explained.es', 'explained.actual_periods') }} end as spi_t,
    explained.spi_t_null_reason,
    case
        when explained.ieac_t_null_reason is null then cast(explained.ieac_t_unrounded as decimal(28, 10))
    end as ieac_t,
    explained.ieac_t_null_reason,
    case when explained.loe_share_null_reason is null then explained.loe_bac end as loe_bac,
    case when explained.loe_share_null_reason is null then {{ ratio('explained.loe_bac', 'explained.bac') }} end as loe_share,
    explained.loe_share_null_reason
from explained
inner join {{ ref('int_evm_periods') }} as periods
    on explained.project_code = periods.project_code
    and explained.period_no = periods.period_no
