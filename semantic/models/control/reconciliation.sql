-- The two proofs. Landing is proved before there are views.
select * from {{ source('pmo', 'mart_reconciliation') }}
where kind = 'landing' or (kind = 'ledger' and {{ in_chosen_view() }})
