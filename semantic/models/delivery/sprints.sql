select * from {{ source('pmo', 'mart_sprint_delivery') }}
