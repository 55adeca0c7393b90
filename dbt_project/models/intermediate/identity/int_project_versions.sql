-- A new version from the day a change was received; the first version holds since ever. Projects that come from budgets
-- or from Jira, and the unmapped member, have one version.
{% set attributes = [
    'project_name', 'programme', 'portfolio', 'sponsor', 'manager', 'phase', 'status', 'methodology', 'start_on',
    'finish_on', 'currency'
] %}
with projects as (

    select * from {{ ref('int_projects') }}

),

named as (

    select
        project as project_code,
        name as project_name,
        {% for attribute in attributes if attribute != 'project_name' -%}
        {{ attribute }},
        {% endfor -%}
        seq,
        received_on
    from {{ ref('stg_register__project_versions') }}
    where project in (select project_code from projects where declared_by = 'register')

),

received as (

    select
        *,
        {{ surrogate_key(attributes) }} as content_hash,
        row_number() over (
            partition by project_code, received_on
            order by seq desc
        ) as recency_of_day
    from named

),

compared as (

    select
        *,
        lag(content_hash) over (partition by project_code order by received_on) as previous_hash,
        row_number() over (partition by project_code order by received_on) as version_rank
    from received
    where recency_of_day = 1

),

registered as (

    select
        project_code,
        {% for attribute in attributes -%}
        {{ attribute }},
        {% endfor -%}
        case when version_rank = 1 then date '1900-01-01' else received_on end as valid_from
    from compared
    where version_rank = 1 or content_hash <> previous_hash

),

final as (

    select
        project_code,
        {% for attribute in attributes -%}
        {{ attribute }},
        {% endfor -%}
        'register' as declared_by,
        valid_from
    from registered
    union all
    select
        project_code,
        {% for attribute in attributes -%}
        {{ attribute }},
        {% endfor -%}
        declared_by,
        date '1900-01-01'
    from projects
    where declared_by <> 'register'
    union all
    select distinct
        frozen.project_code,
        frozen.project_code,
        {% for attribute in attributes if attribute != 'project_name' -%}
        null,
        {% endfor -%}
        'closed_periods',
        date '1900-01-01'
    from {{ ref('int_frozen_positions') }} as frozen
    left join projects
        on frozen.project_code = projects.project_code
    where projects.project_code is null

)

select
    *,
    lead(valid_from) over (partition by project_code order by valid_from) as next_from
from final
