-- What each budget version holds at completion, and over which periods: of the project as a whole (`wbs` is empty), and
-- of each work package where the version names any. Lines without one are together `unassigned`. A period is budgeted
-- if it has a line other than 0.
with lines as (

    select
        *,
        max(case when wbs is not null then 1 else 0 end) over (partition by project_code, version_no) as names_packages
    from {{ ref('int_budget_lines') }}

),

placed as (

    select project_code, version_no, '' as wbs, period_no, amount_budget, names_packages
    from lines
    union all
    select project_code, version_no, coalesce(wbs, 'unassigned'), period_no, amount_budget, names_packages
    from lines
    where names_packages = 1

)

select
    project_code,
    version_no,
    wbs,
    max(names_packages) = 1 as names_packages,
    case when count(*) = count(amount_budget) then cast(sum(amount_budget) as decimal(18, 2)) end as bac,
    sum(case when period_no is null and coalesce(amount_budget, 1) <> 0 then 1 else 0 end) as lines_without_period,
    min(case when coalesce(amount_budget, 1) <> 0 then period_no end) as first_period_no,
    max(case when coalesce(amount_budget, 1) <> 0 then period_no end) as last_period_no
from placed
group by
    project_code,
    version_no,
    wbs
