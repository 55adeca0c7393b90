-- The years of a project add up to its estimate at completion and to its net present value; its capacity counts once.
with positions as (

    select
        positions.project_code,
        sum(positions.eac) as eac
    from {{ ref('mart_budget_position') }} as positions
    inner join (select max(period_end_on) as period_end_on from {{ ref('mart_budget_position') }}) as newest
        on positions.period_end_on = newest.period_end_on
    where positions."view" = 'as_reported' and positions.fx_basis = 'budget'
    group by positions.project_code

),

years as (

    select
        project_code,
        sum(cost) as cost,
        sum(present_value) as npv,
        count(cost_null_reason) + count(benefits_null_reason) as unknown_years
    from {{ ref('fct_value_by_year') }}
    group by project_code

)

select 'cost is not eac' as what, years.project_code as item, years.cost as found, positions.eac as expected
from years
inner join positions
    on years.project_code = positions.project_code
where years.unknown_years = 0 and years.cost <> positions.eac
union all
select distinct 'npv is not the sum of its years', marts.project_code, marts.npv, years.npv
from {{ ref('mart_benefits_roi') }} as marts
left join years
    on marts.project_code = years.project_code
where marts.npv is not null and marts.npv is distinct from years.npv
union all
select 'capacity is split to something else', 'all', split.hours, whole.hours
from (select coalesce(sum(supply_hours), 0) as hours from {{ ref('int_capacity_by_skill') }}) as split
cross join (
    select coalesce(sum(round(capacity_hours, 2)), 0) as hours from {{ ref('int_capacity_allocation') }}
) as whole
where split.hours <> whole.hours
union all
select 'demand is spread to something else', 'all', spread.hours, whole.hours
from (select coalesce(sum(demand), 0) as hours from {{ ref('mart_capacity_skill') }}) as spread
cross join (
    select coalesce(sum(hours), 0) as hours
    from (
        select round(sum(hours), 2) as hours
        from {{ ref('int_demand') }}
        where period_no is not null
        group by period_no, skill
    ) as by_skill
) as whole
where spread.hours <> whole.hours
