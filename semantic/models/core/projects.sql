select * from {{ source('pmo', 'dim_project') }} where is_current
