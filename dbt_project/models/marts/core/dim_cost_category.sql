with declared as (

    select * from {{ ref('stg_reference__cost_categories') }}

),

used as (

    select cost_category from {{ ref('int_project_categories_declared') }}
    union
    select cost_category from {{ ref('int_actual_txn_sums') }}
    union
    select cost_category from declared

)

select
    {{ surrogate_key(['used.cost_category']) }} as cost_category_sk,
    used.cost_category,
    declared.parent as parent_category,
    coalesce(declared.nature, 'undeclared') as nature,
    declared.capex_opex,
    declared.gl_from,
    declared.gl_to,
    declared.cost_category is not null as is_declared
from used
left join declared
    on used.cost_category = declared.cost_category
