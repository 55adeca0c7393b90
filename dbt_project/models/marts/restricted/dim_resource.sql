select
    pseudonyms.person_sk,
    pseudonyms.match_code as person_code,
    people.person_name,
    people.role,
    people.team,
    people.country,
    people.fte,
    people.is_contractor,
    people.person_code is not null as is_in_people_table
from {{ ref('int_person_pseudonyms') }} as pseudonyms
left join {{ ref('int_people') }} as people
    on pseudonyms.match_code = people.person_code
