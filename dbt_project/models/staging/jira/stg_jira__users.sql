with current_rows as (

    {{ current_rows('raw_jira', 'users', key=['site', 'account']) }}

)

select
    site,
    account,
    account_type,
    display_name,
    email,
    coalesce(is_active, true) as is_active,
    time_zone,
    {{ lineage() }}
from current_rows
