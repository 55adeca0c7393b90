select * from {{ source('pmo', 'mart_capacity_skill') }}
