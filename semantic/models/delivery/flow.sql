select * from {{ source('pmo', 'mart_flow_metrics') }}
