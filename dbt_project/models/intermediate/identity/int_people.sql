with people as (

    select * from {{ ref('stg_reference__people') }}

)

select
    person as person_code,
    name as person_name,
    role,
    team,
    country,
    fte,
    is_contractor
from people
