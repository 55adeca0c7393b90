select * from {{ source('pmo', 'mart_scope_change') }}
