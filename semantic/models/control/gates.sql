select * from {{ source('pmo', 'mart_governance_compliance') }}
