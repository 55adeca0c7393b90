-- A demand names neither role nor team: it stands on those who have the skill, in proportion to their hours.
with supply as (

    select
        period_no,
        skill,
        role,
        team,
        count(supply_hours) as persons,
        sum(coalesce(supply_hours, 0)) as supply,
        sum(coalesce(could_do_hours, 0)) as supply_could_do,
        sum(case when supply_hours is not null then booked_hours else 0 end) as booked,
        sum(case when supply_hours is null then booked_hours else 0 end) as booked_without_capacity
    from {{ ref('int_capacity_by_skill') }}
    group by
        period_no,
        skill,
        role,
        team

),

demand as (

    select
        period_no,
        skill,
        round(sum(hours), 2) as demand
    from {{ ref('int_demand') }}
    where period_no is not null
    group by
        period_no,
        skill

),

shares as (

    select
        supply.*,
        sum(supply) over (partition by period_no, skill) as skill_supply,
        sum(supply) over (
            partition by period_no, skill order by coalesce(role, ''), role, coalesce(team, ''), team
            rows between unbounded preceding and current row
        ) as supply_so_far
    from supply

),

spread as (

    select
        shares.period_no,
        shares.skill,
        shares.role,
        shares.team,
        shares.persons,
        shares.supply,
        shares.supply_could_do,
        shares.booked,
        shares.booked_without_capacity,
        case
            when shares.skill_supply > 0
                then round(demand.demand * shares.supply_so_far / shares.skill_supply, 2)
                - round(demand.demand * (shares.supply_so_far - shares.supply) / shares.skill_supply, 2)
            else 0
        end as demand
    from shares
    left join demand
        on shares.period_no = demand.period_no
        and shares.skill = demand.skill
    union all
    select
        demand.period_no,
        demand.skill,
        null,
        null,
        0,
        0,
        0,
        0,
        0,
        demand.demand
    from demand
    left join (select distinct period_no, skill from shares where skill_supply > 0) as able
        on demand.period_no = able.period_no
        and demand.skill = able.skill
    where able.skill is null

),

rows_of_the_mart as (

    select
        period_no,
        skill,
        role,
        team,
        sum(persons) as persons,
        sum(supply) as supply,
        sum(supply_could_do) as supply_could_do,
        sum(booked) as booked,
        sum(booked_without_capacity) as booked_without_capacity,
        sum(coalesce(demand, 0)) as demand
    from spread
    group by
        period_no,
        skill,
        role,
        team

),

hours_per_fte as (

    select
        period_no,
        sum(capacity_hours) / sum(fte) as hours_per_fte
    from {{ ref('int_capacity_allocation') }}
    where capacity_hours is not null and fte > 0
    group by period_no

),

planned_periods as (

    select period_no from {{ ref('int_capacity_allocation') }} where capacity_hours is not null
    union
    select period_no from demand

),

supplied as (

    select
        (select count(*) from {{ ref('int_capacity') }}) > 0 as has_capacity,
        (select count(*) from {{ ref('int_demand') }}) > 0 as has_demand,
        (select count(*) from {{ ref('int_capacity_allocation') }} where booked_hours <> 0) > 0 as has_hours

),

reasoned as (

    select
        measured.*,
        periods.period,
        periods.end_on as period_end_on,
        periods.end_on > parameters.as_of as is_partial_period,
        parameters.as_of,
        hours_per_fte.hours_per_fte,
        case when not supplied.has_capacity then 'not_supplied' end as supply_null_reason,
        case when not supplied.has_demand then 'not_supplied' end as demand_null_reason,
        case
            when not supplied.has_hours then 'not_supplied'
            when periods.start_on > parameters.as_of then 'in_future'
        end as booked_null_reason
    from rows_of_the_mart as measured
    cross join supplied
    cross join {{ ref('stg_control__run_parameters') }} as parameters
    inner join planned_periods
        on measured.period_no = planned_periods.period_no
    inner join {{ ref('int_fiscal_periods') }} as periods
        on measured.period_no = periods.period_no
    left join hours_per_fte
        on measured.period_no = hours_per_fte.period_no

),

guarded as (

    select
        *,
        coalesce(supply_null_reason, demand_null_reason) as gap_null_reason,
        coalesce(
            supply_null_reason, demand_null_reason, case when hours_per_fte is null then 'no_fte' end
        ) as gap_fte_null_reason,
        coalesce(
            supply_null_reason, booked_null_reason, case when supply = 0 then 'no_capacity' end
        ) as utilisation_null_reason
    from reasoned

)

select
    {{ surrogate_key(['skill', 'role', 'team', 'period']) }} as capacity_skill_sk,
    skill,
    role,
    team,
    period,
    period_end_on,
    is_partial_period,
    as_of,
    cast(persons as bigint) as persons,
    case when supply_null_reason is null then cast(supply as decimal(18, 4)) end as supply,
    case when supply_null_reason is null then cast(supply_could_do as decimal(18, 4)) end as supply_could_do,
    supply_null_reason,
    case when demand_null_reason is null then cast(demand as decimal(18, 4)) end as demand,
    demand_null_reason,
    case when gap_null_reason is null then cast(demand - supply as decimal(18, 4)) end as gap,
    gap_null_reason,
    case
        when gap_fte_null_reason is null then cast((demand - supply) / hours_per_fte as decimal(28, 10))
    end as gap_fte,
    gap_fte_null_reason,
    case when booked_null_reason is null then cast(booked as decimal(18, 4)) end as booked,
    case
        when booked_null_reason is null then cast(booked_without_capacity as decimal(18, 4))
    end as booked_without_capacity,
    booked_null_reason,
    case when utilisation_null_reason is null then cast(booked / supply as decimal(28, 10)) end as utilisation,
    utilisation_null_reason
from guarded
