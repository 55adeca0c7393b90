-- Every report of a milestone, and which is the newest.
with reports as (

    {{ register_rows(
        'stg_register__milestones',
        ['milestone', 'name', 'baseline_on', 'forecast_on', 'actual_on', 'reported_on'],
        dated_on='received.reported_on',
        done_on=['actual_on']
    ) }}

)

select
    *,
    {{ is_newest_report('milestone') }} as is_newest_report
from reports
