select
    {{ surrogate_key(['project_code', 'valid_from']) }} as project_sk,
    project_code,
    project_name,
    programme,
    portfolio,
    case when parameters.published_people <> 'pseudonym' then sponsor end as sponsor,
    case when parameters.published_people <> 'pseudonym' then manager end as manager,
    phase,
    status,
    methodology,
    start_on,
    finish_on,
    currency,
    declared_by,
    valid_from,
    case
        when next_from is null then date '2999-12-31'
        else cast({{ dbt.dateadd('day', -1, 'next_from') }} as date)
    end as valid_to,
    next_from is null as is_current
from {{ ref('int_project_versions') }}
cross join {{ ref('stg_control__run_parameters') }} as parameters
