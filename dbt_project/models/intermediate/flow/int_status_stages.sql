-- What the PMO declares a status to be: by the site's name or its address, and by the status's name in any capitals. Of
-- two rows that mean one status the first in order counts.
with named as (

    select
        rtrim(regexp_replace(trim(site), '^https?://', ''), '/') as site,
        lower(trim(status)) as status_name,
        status,
        stage
    from {{ ref('stg_reference__status_map') }}

),

ranked as (

    select
        *,
        row_number() over (partition by site, status_name order by status, stage) as rank_of_name
    from named

)

select
    site,
    status_name,
    stage
from ranked
where rank_of_name = 1
