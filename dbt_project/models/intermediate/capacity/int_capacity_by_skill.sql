-- A person's hours in equal parts, to the hundredth, over the skills on record, so that they add up over skills.
with skills as (

    select
        person_sk,
        skill,
        row_number() over (partition by person_sk order by skill) as skill_no,
        count(*) over (partition by person_sk) as skills
    from (select distinct person_sk, skill from {{ ref('int_skills') }}) as on_record

),

persons as (

    select
        allocation.*,
        skills.skill,
        coalesce(skills.skill_no, 1) as skill_no,
        coalesce(skills.skills, 1) as skills
    from {{ ref('int_capacity_allocation') }} as allocation
    left join skills
        on allocation.person_sk = skills.person_sk

)

select
    person_sk,
    period_no,
    role,
    team,
    skill,
    capacity_hours as could_do_hours,
    {% for hours, named in [('capacity_hours', 'supply_hours'), ('booked_hours', 'booked_hours')] -%}
    cast(
        round(round({{ hours }}, 2) * skill_no / skills, 2) - round(round({{ hours }}, 2) * (skill_no - 1) / skills, 2)
        as decimal(18, 2)
    ) as {{ named }}{% if not loop.last %},{% endif %}
    {% endfor %}
from persons
