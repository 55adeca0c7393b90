-- The planned value of each package of a budget version as a curve: its budgeted periods, numbered from its first, with
-- the planned value before and after each. Periods without a line are not there: the curve is flat in them.
with lines as (

    select
        project_code,
        version_no,
        '' as wbs,
        period_no,
        amount_budget
    from {{ ref('int_budget_lines') }}
    union all
    select
        project_code,
        version_no,
        coalesce(wbs, 'unassigned'),
        period_no,
        amount_budget
    from {{ ref('int_budget_lines') }}

),

steps as (

    select
        lines.project_code,
        lines.version_no,
        lines.wbs,
        lines.period_no,
        lines.period_no - packages.first_period_no + 1 as step_no,
        cast(sum(lines.amount_budget) as decimal(18, 2)) as amount
    from lines
    inner join {{ ref('int_baseline_packages') }} as packages
        on lines.project_code = packages.project_code
        and lines.version_no = packages.version_no
        and lines.wbs = packages.wbs
    where packages.bac is not null
        and packages.lines_without_period = 0
        and lines.period_no between packages.first_period_no and packages.last_period_no
    group by
        lines.project_code,
        lines.version_no,
        lines.wbs,
        lines.period_no,
        packages.first_period_no

),

cumulative as (

    select
        *,
        cast(sum(amount) over (
            partition by project_code, version_no, wbs order by period_no rows between unbounded preceding and current row
        ) as decimal(18, 2)) as pv_after
    from steps

)

select
    project_code,
    version_no,
    wbs,
    period_no,
    step_no,
    amount,
    cast(pv_after - amount as decimal(18, 2)) as pv_before,
    pv_after
from cumulative
