-- The newest report of each project and work package at each period's end; `wbs` is empty for the project as a whole.
with reports as (

    select
        *,
        coalesce(wbs, '') as package,
        row_number() over (
            partition by project_code, coalesce(wbs, ''), reported_on order by source_path, source_row
        ) as rank_of_day
    from {{ ref('int_progress') }}
    where project_code <> 'unmapped'

),

spans as (

    select
        *,
        lead(reported_on) over (partition by project_code, package order by reported_on) as next_reported_on
    from reports
    where rank_of_day = 1

)

select
    spans.project_code,
    spans.package as wbs,
    periods.period_no,
    spans.reported_on,
    spans.percent_complete,
    coalesce(spans.technique, 'percent') as technique,
    spans.batch_id,
    spans.source_path,
    spans.source_sheet,
    spans.source_place
from spans
inner join {{ ref('int_evm_periods') }} as periods
    on spans.project_code = periods.project_code
    and periods.cut_off_on >= spans.reported_on
    and (spans.next_reported_on is null or periods.cut_off_on < spans.next_reported_on)
