{% set named = "parameters.published_people = 'names'" %}
select
    resources.person_sk,
    resources.is_in_people_table,
    case when {{ named }} then resources.person_code end as person_code,
    case when {{ named }} then resources.person_name end as person_name,
    case when {{ named }} then resources.role end as role,
    case when {{ named }} then resources.team end as team,
    case when {{ named }} then resources.is_contractor end as is_contractor
from {{ ref('dim_resource') }} as resources
cross join {{ ref('stg_control__run_parameters') }} as parameters
