select * from {{ source('pmo', 'mart_schedule_milestones') }} where is_current
