-- Which projects there are: the register's; without a register, those with a budget; without either, Jira's.
with register_batches as (

    select count(*) as batches
    from {{ ref('stg_control__batches') }}
    where source = 'raw_register' and object = 'projects' and is_newest_of_path and rows_in > 0

),

budgeted as (

    select distinct project
    from {{ ref('stg_budgets__budget_versions') }}

),

registered as (

    select
        project as project_code,
        name as project_name,
        programme,
        portfolio,
        sponsor,
        manager,
        phase,
        status,
        methodology,
        start_on,
        finish_on,
        currency,
        'register' as declared_by
    from {{ ref('stg_register__projects') }}

),

from_budgets as (

    select
        project as project_code,
        project as project_name,
        'budget_versions' as declared_by
    from budgeted
    cross join register_batches
    where register_batches.batches = 0

),

from_jira as (

    select
        project_key as project_code,
        max(name) as project_name,
        'jira' as declared_by
    from {{ ref('stg_jira__projects') }}
    cross join register_batches
    where register_batches.batches = 0 and not exists (select 1 from budgeted)
    group by project_key

),

final as (

    select * from registered
    union all
    select
        project_code, project_name, null, null, null, null, null, null, null, null, null, null, declared_by
    from from_budgets
    union all
    select
        project_code, project_name, null, null, null, null, null, null, null, null, null, null, declared_by
    from from_jira
    union all
    select
        'unmapped', 'Not mapped to a project yet', null, null, null, null, null, null, null, null, null, null, 'system'

)

select * from final
