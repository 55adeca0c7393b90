-- When a defect left the stage done.
with intervals as (

    select
        stages.site,
        stages.issue_id,
        defects.project_code,
        stages.interval_no,
        stages.started_at,
        stages.stage,
        lag(stages.stage) over (
            partition by stages.site, stages.issue_id order by stages.interval_no
        ) as previous_stage
    from {{ ref('int_issue_stage_intervals') }} as stages
    inner join {{ ref('int_defects') }} as defects
        on stages.site = defects.site
        and stages.issue_id = defects.issue_id

),

reopened as (

    select
        intervals.*,
        {{ local_date('intervals.started_at', 'cutoff.timezone') }} as reopened_on
    from intervals
    cross join {{ ref('int_cutoff') }} as cutoff
    where intervals.previous_stage = 'done' and intervals.stage <> 'done'

)

select
    reopened.site,
    reopened.issue_id,
    reopened.interval_no,
    reopened.project_code,
    reopened.started_at as reopened_at,
    days.period_no
from reopened
left join {{ ref('int_fiscal_days') }} as days
    on reopened.reopened_on = days.date_day
