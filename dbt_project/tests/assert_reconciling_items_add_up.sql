-- The items in the difference are the reconciling amounts, and the accruals are those that are named.
with items as (

    select
        project_code,
        coalesce(period, '') as period,
        "view",
        sum(amount) as amount
    from {{ ref('fct_reconciling_item') }}
    where is_in_difference
    group by
        project_code,
        coalesce(period, ''),
        "view"

),

reconciled as (

    select
        project_code,
        coalesce(period, '') as period,
        "view",
        sum(reconciling_amount) as amount,
        sum(accruals_amount - goods_received_amount - unposted_labour_amount) as unnamed_accruals
    from {{ ref('mart_reconciliation') }}
    where kind = 'ledger'
    group by
        project_code,
        coalesce(period, ''),
        "view"

)

select
    reconciled.*,
    items.amount as items_amount
from reconciled
full outer join items
    on reconciled.project_code = items.project_code
    and reconciled.period = items.period
    and reconciled."view" = items."view"
where coalesce(reconciled.amount, 0) <> coalesce(items.amount, 0)
    or coalesce(reconciled.unnamed_accruals, 0) <> 0
