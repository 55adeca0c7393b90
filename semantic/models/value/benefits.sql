select * from {{ source('pmo', 'mart_benefits_roi') }}
