-- What the PMO declares a status to be, by its name in any capitals; of two rows that differ in capitals the first counts.
with ranked as (

    select
        site,
        lower(trim(status)) as status_name,
        stage,
        row_number() over (partition by site, lower(trim(status)) order by status) as rank_of_name
    from {{ ref('stg_reference__status_map') }}

)

select
    site,
    status_name,
    stage
from ranked
where rank_of_name = 1
