-- Everybody whom a source or the people table knows, under the pseudonym that marts carry.
select
    match_code,
    person_sk
from {{ ref('int_person_codes') }}
union
select
    person_code,
    {{ pseudonym('person_code') }}
from {{ ref('int_people') }}
