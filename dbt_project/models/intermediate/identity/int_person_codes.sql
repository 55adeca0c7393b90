-- Every code that a source uses for a person, resolved: by the crosswalk, by itself, else to the unmapped member.
-- Without a people table each code is its own person. `match_code` keeps unmapped people apart from each other.
with codes as (

    select distinct 'timesheets' as source_system, person as source_code
    from {{ ref('stg_timesheets__timesheet_entries') }}
    union
    select distinct 'ledger', person
    from {{ ref('stg_ledger__postings') }}
    where person is not null
    union
    select distinct 'jira', author_account
    from {{ ref('stg_jira__worklogs') }}
    where author_account is not null
    union
    select distinct 'jira', assignee_account
    from {{ ref('stg_jira__issues') }}
    where assignee_account is not null
    union
    select distinct 'jira', reporter_account
    from {{ ref('stg_jira__issues') }}
    where reporter_account is not null
    union
    select distinct 'jira', creator_account
    from {{ ref('stg_jira__issues') }}
    where creator_account is not null
    union
    select distinct 'register', person
    from {{ ref('stg_register__capacity') }}
    union
    select distinct 'register', person
    from {{ ref('stg_register__skills') }}

),

crosswalk as (

    select
        source_system,
        source_id,
        person,
        row_number() over (partition by source_system, source_id order by valid_from desc) as recency
    from {{ ref('stg_reference__people_crosswalk') }}

),

people as (

    select * from {{ ref('int_people') }}

),

resolved as (

    select
        codes.source_system,
        codes.source_code,
        case
            when mapped.person_code is not null then mapped.person_code
            when own.person_code is not null then own.person_code
            when crosswalk.person is not null and not exists (select 1 from people) then crosswalk.person
            when not exists (select 1 from people) then codes.source_code
            else 'unmapped'
        end as person_code
    from codes
    left join crosswalk
        on codes.source_system = crosswalk.source_system
        and codes.source_code = crosswalk.source_id
        and crosswalk.recency = 1
    left join people as mapped
        on crosswalk.person = mapped.person_code
    left join people as own
        on codes.source_code = own.person_code

)

select
    resolved.source_system,
    resolved.source_code,
    resolved.person_code,
    case when resolved.person_code = 'unmapped' then resolved.source_code else resolved.person_code end as match_code,
    {{ pseudonym("case when resolved.person_code = 'unmapped' then resolved.source_code else resolved.person_code end") }}
        as person_sk,
    {{ pseudonym('resolved.source_code') }} as code_sk,
    people.role,
    people.person_name,
    coalesce(people.is_contractor, false) as is_contractor
from resolved
left join people
    on resolved.person_code = people.person_code
