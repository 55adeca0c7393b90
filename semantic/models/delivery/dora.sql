select * from {{ source('pmo', 'mart_dora') }}
