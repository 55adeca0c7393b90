select * from {{ source('pmo', 'mart_risk_exposure') }} where is_current
