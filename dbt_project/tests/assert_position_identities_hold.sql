-- Every row, both bases, to the cent.
select *
from {{ ref('mart_budget_position') }}
where consumed <> consumed_posted + consumed_accrued
    or committed_total <> consumed + committed_open
    or available <> baseline_revised - committed_total
    or eac <> consumed + etc
    or eac <> committed_total + to_commit
    or vac <> bac - eac
    or to_pay <> invoiced - paid
