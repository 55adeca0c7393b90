-- Fields that hold an estimate: those that boards estimate with, the most boards first, then those that Jira Software made
-- for it, then number fields called like it; of equals the oldest. The lowest rank comes first.
with candidates as (

    select
        site,
        estimation_field_id as field_id,
        estimation_field_name as name,
        1 as preference
    from {{ ref('stg_jira__boards') }}
    where estimation_field_id is not null
    union all
    select
        site,
        field_id,
        name,
        2
    from {{ ref('stg_jira__fields') }}
    where custom_type like '%:jsw-story-points'
    union all
    select
        site,
        field_id,
        name,
        3
    from {{ ref('stg_jira__fields') }}
    where custom_type like '%:float' and lower(name) in ('story points', 'story point estimate')

),

fields as (

    select
        site,
        field_id,
        min(preference) as preference,
        sum(case when preference = 1 then 1 else 0 end) as boards,
        min(name) as name
    from candidates
    group by
        site,
        field_id

)

select
    fields.site,
    fields.field_id,
    coalesce(declared.name, fields.name) as name,
    case when fields.field_id in ('timeoriginalestimate', 'timeestimate') then 'hours' else 'points' end as unit,
    row_number() over (
        partition by fields.site
        order by
            fields.preference,
            fields.boards desc,
            try_cast(replace(fields.field_id, 'customfield_', '') as bigint),
            fields.field_id
    ) as field_rank
from fields
left join {{ ref('stg_jira__fields') }} as declared
    on fields.site = declared.site
    and fields.field_id = declared.field_id
