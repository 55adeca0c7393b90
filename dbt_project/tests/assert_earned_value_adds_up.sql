-- Actual cost and the manager's estimate are those of the position at the budget rate; work packages add up to their
-- project; variances are differences of what the row shows.
with positions as (

    select
        project_code,
        period,
        "view",
        sum(consumed) as ac,
        sum(eac) as eac_pm,
        sum(bac) as bac
    from {{ ref('mart_budget_position') }}
    where fx_basis = 'budget'
    group by
        project_code,
        period,
        "view"

),

packages as (

    select
        project_code,
        period,
        "view",
        sum(bac) as bac,
        sum(ev) as ev,
        count(*) - count(ev) as unknown_ev
    from {{ ref('mart_evm_wbs_period') }}
    group by
        project_code,
        period,
        "view"

)

select
    evm.project_code,
    evm.period,
    evm."view"
from {{ ref('mart_evm_period') }} as evm
left join positions
    on evm.project_code = positions.project_code
    and evm.period = positions.period
    and evm."view" = positions."view"
left join packages
    on evm.project_code = packages.project_code
    and evm.period = packages.period
    and evm."view" = packages."view"
where evm.ac <> coalesce(positions.ac, 0)
    or evm.bac <> coalesce(positions.bac, 0)
    or evm.eac_pm <> positions.eac_pm
    or evm.bac <> packages.bac
    or (packages.unknown_ev = 0 and evm.ev <> packages.ev)
    or evm.cv <> evm.ev - evm.ac
    or evm.sv <> evm.ev - evm.pv
