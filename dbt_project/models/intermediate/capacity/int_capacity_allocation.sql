-- Hours that a person has to give and hours that count as worked, side by side; whoever has only one of them is here too.
with persons as (

    select
        person_codes.person_sk,
        max(person_codes.role) as role,
        max(people.team) as team,
        max(people.fte) as fte
    from {{ ref('int_person_codes') }} as person_codes
    left join {{ ref('int_people') }} as people
        on person_codes.person_code = people.person_code
    group by person_codes.person_sk

),

capacity as (

    select
        person_sk,
        period_no,
        max(role) as role,
        max(team) as team,
        sum(hours) as capacity_hours
    from {{ ref('int_capacity') }}
    where period_no is not null
    group by
        person_sk,
        period_no

),

booked as (

    select
        persons.person_sk,
        hours.period_no,
        sum(hours.hours) as booked_hours
    from (
        select
            person_match_code,
            period_no,
            sum(hours) as hours
        from {{ ref('int_hours') }}
        where is_counted_source and is_approved and period_no is not null
        group by
            person_match_code,
            period_no
    ) as hours
    inner join {{ ref('int_person_pseudonyms') }} as persons
        on hours.person_match_code = persons.match_code
    group by
        persons.person_sk,
        hours.period_no

),

grid as (

    select person_sk, period_no from capacity
    union
    select person_sk, period_no from booked

)

select
    grid.person_sk,
    grid.period_no,
    coalesce(capacity.role, persons.role) as role,
    coalesce(capacity.team, persons.team) as team,
    persons.fte,
    cast(capacity.capacity_hours as decimal(18, 4)) as capacity_hours,
    cast(coalesce(booked.booked_hours, 0) as decimal(18, 4)) as booked_hours
from grid
left join capacity
    on grid.person_sk = capacity.person_sk
    and grid.period_no = capacity.period_no
left join booked
    on grid.person_sk = booked.person_sk
    and grid.period_no = booked.period_no
left join persons
    on grid.person_sk = persons.person_sk
