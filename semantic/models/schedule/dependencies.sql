select * from {{ source('pmo', 'mart_dependencies') }} where is_current
