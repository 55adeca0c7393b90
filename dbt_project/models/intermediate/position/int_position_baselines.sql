-- The baseline of each project at each period's end: of the versions approved by then, the highest number; the original
-- is the first approved. One row per project, period and category of the project.
with grid as (

    select distinct
        project_code,
        cost_category,
        period_no,
        cut_off_on
    from {{ ref('int_position_grid') }}

),

project_periods as (

    select distinct
        project_code,
        period_no,
        cut_off_on
    from grid

),

effective as (

    select
        project_periods.project_code,
        project_periods.period_no,
        max(versions.version_no) as revised_version_no,
        max(case when versions.is_original then versions.version_no end) as original_version_no
    from project_periods
    inner join {{ ref('int_budget_versions') }} as versions
        on project_periods.project_code = versions.project_code
        and versions.approved_on <= project_periods.cut_off_on
    group by
        project_periods.project_code,
        project_periods.period_no

),

lines as (

    select
        project_code,
        version_no,
        cost_category,
        case when count(*) = count(amount_budget) then sum(amount_budget) end as amount
    from {{ ref('int_budget_lines') }}
    group by
        project_code,
        version_no,
        cost_category

)

select
    grid.project_code,
    grid.cost_category,
    grid.period_no,
    effective.revised_version_no,
    case
        when original.project_code is null then cast(0 as decimal(18, 2))
        else cast(original.amount as decimal(18, 2))
    end as baseline_original,
    case
        when revised.project_code is null then cast(0 as decimal(18, 2))
        else cast(revised.amount as decimal(18, 2))
    end as baseline_revised
from grid
inner join effective
    on grid.project_code = effective.project_code
    and grid.period_no = effective.period_no
left join lines as original
    on grid.project_code = original.project_code
    and grid.cost_category = original.cost_category
    and effective.original_version_no = original.version_no
left join lines as revised
    on grid.project_code = revised.project_code
    and grid.cost_category = revised.cost_category
    and effective.revised_version_no = revised.version_no
