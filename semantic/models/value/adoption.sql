select * from {{ source('pmo', 'mart_adoption_satisfaction') }} where adoption is not null
