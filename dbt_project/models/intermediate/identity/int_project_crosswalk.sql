-- Validity made non-overlapping per code, so that a row can never resolve to two projects.
with crosswalk as (

    select
        source_system,
        source_id,
        project,
        approved_by,
        coalesce(valid_from, date '1900-01-01') as valid_from,
        coalesce(valid_to, date '2999-12-31') as valid_to
    from {{ ref('stg_reference__crosswalk') }}

),

bounded as (

    select
        *,
        lead(valid_from) over (partition by source_system, source_id order by valid_from) as next_from
    from crosswalk

)

select
    bounded.source_system,
    bounded.source_id,
    bounded.valid_from,
    case
        when bounded.next_from <= bounded.valid_to
            then cast({{ dbt.dateadd('day', -1, 'bounded.next_from') }} as date)
        else bounded.valid_to
    end as valid_to,
    coalesce(projects.project_code, 'unmapped') as project_code,
    bounded.approved_by
from bounded
left join {{ ref('int_projects') }} as projects
    on bounded.project = projects.project_code
