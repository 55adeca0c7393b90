-- A project's labour goes to its one category of that nature; where it has several or none, to the configured one.
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

project_categories as (

    select * from {{ ref('int_project_categories_declared') }}

),

labour as (

    select
        project_categories.project_code,
        categories.nature,
        min(project_categories.cost_category) as cost_category,
        count(distinct project_categories.cost_category) as categories
    from project_categories
    inner join {{ ref('stg_reference__cost_categories') }} as categories
        on project_categories.cost_category = categories.cost_category
    where categories.nature in ('labour_internal', 'labour_external')
    group by
        project_categories.project_code,
        categories.nature

)

select
    projects.project_code,
    coalesce(internal.cost_category, parameters.labour_category, 'unassigned_labour') as internal_category,
    coalesce(external.cost_category, parameters.labour_category, 'unassigned_labour') as external_category
from {{ ref('int_projects') }} as projects
cross join parameters
left join labour as internal
    on projects.project_code = internal.project_code
    and internal.nature = 'labour_internal'
    and internal.categories = 1
left join labour as external
    on projects.project_code = external.project_code
    and external.nature = 'labour_external'
    and external.categories = 1
