-- A reclassification takes an amount from one place and puts it in another, so a period's reclassifications add up to
-- nothing in each currency, whichever projects they name.
select
    period,
    currency,
    cast(count(*) as bigint) as postings,
    cast(sum(amount_tx) as decimal(18, 2)) as amount_tx
from {{ ref('int_ledger_lines') }}
where cost_origin = 'reclass'
group by period, currency
having sum(amount_tx) <> 0
