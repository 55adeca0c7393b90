-- What each code means on each day: what the crosswalk says, and, on days it says nothing of, the project of that code.
with crosswalk as (

    select
        *,
        lag(valid_to) over (partition by source_system, source_id order by valid_from) as previous_to,
        lead(valid_from) over (partition by source_system, source_id order by valid_from) as next_from
    from {{ ref('int_project_crosswalk') }}

),

own_codes as (

    select
        used.source_system,
        used.source_id
    from {{ ref('int_project_codes_used') }} as used
    inner join {{ ref('int_projects') }} as projects
        on used.source_id = projects.project_code
    where used.source_id <> 'unmapped'

),

open_days as (

    select
        source_system,
        source_id,
        case
            when previous_to is null then date '1900-01-01'
            else cast({{ dbt.dateadd('day', 1, 'previous_to') }} as date)
        end as valid_from,
        cast({{ dbt.dateadd('day', -1, 'valid_from') }} as date) as valid_to
    from crosswalk
    union all
    select
        source_system,
        source_id,
        cast({{ dbt.dateadd('day', 1, 'valid_to') }} as date),
        date '2999-12-31'
    from crosswalk
    where next_from is null

),

final as (

    select
        source_system,
        source_id,
        project_code,
        'crosswalk' as method,
        approved_by,
        valid_from,
        valid_to
    from crosswalk
    union all
    select
        own_codes.source_system,
        own_codes.source_id,
        own_codes.source_id,
        'own_code',
        null,
        coalesce(open_days.valid_from, date '1900-01-01'),
        coalesce(open_days.valid_to, date '2999-12-31')
    from own_codes
    left join open_days
        on own_codes.source_system = open_days.source_system
        and own_codes.source_id = open_days.source_id

)

select *
from final
where valid_from <= valid_to
