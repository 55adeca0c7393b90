-- What people can do, with the person the code means.
select
    person_codes.person_code,
    person_codes.person_sk,
    skills.person as source_person,
    skills.skill,
    skills.level,
    skills.batch_id,
    skills.file_hash,
    skills.source_path,
    skills.source_sheet,
    skills.source_place,
    skills.source_row
from {{ ref('stg_register__skills') }} as skills
inner join {{ ref('int_person_codes') }} as person_codes
    on person_codes.source_system = 'register'
    and skills.person = person_codes.source_code
