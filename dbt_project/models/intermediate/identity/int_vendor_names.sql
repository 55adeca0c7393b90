-- Vendors as a release may name them: one who is a person of the people table stands under the person's pseudonym.
with vendors as (

    select vendor
    from {{ ref('int_order_lines') }}
    where vendor is not null
    union
    select vendor
    from {{ ref('int_frozen_order_line_periods') }}
    where vendor is not null
    union
    select vendor
    from {{ ref('int_frozen_order_events') }}
    where vendor is not null

),

persons as (

    select
        lower(trim(person_code)) as called,
        person_code
    from {{ ref('int_people') }}
    union
    select
        lower(trim(person_name)),
        person_code
    from {{ ref('int_people') }}
    where person_name is not null

)

select
    vendors.vendor,
    case
        when parameters.published_people = 'names' then vendors.vendor
        else coalesce(min(pseudonyms.person_sk), vendors.vendor)
    end as vendor_name
from vendors
cross join {{ ref('stg_control__run_parameters') }} as parameters
left join persons
    on lower(trim(vendors.vendor)) = persons.called
left join {{ ref('int_person_pseudonyms') }} as pseudonyms
    on persons.person_code = pseudonyms.match_code
group by
    vendors.vendor,
    parameters.published_people
