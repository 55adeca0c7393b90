-- Approved hours of the counted source with their amounts, which add up per person, project, period and rate.
{{ config(materialized='view') }}
select
    priced.*,
    {{ timesheet_entry_key('priced') }} as timesheet_entry_sk,
    {{ cents_of('priced.exact_tx', 'cents.tx_cent') }} as amount_tx,
    case
        when priced.booked_fx = 1 then {{ cents_of('priced.exact_tx', 'cents.tx_cent') }}
        else {{ cents_of('priced.exact_booked', 'cents.booked_cent') }}
    end as amount_booked,
    case
        when priced.budget_fx = 1 then {{ cents_of('priced.exact_tx', 'cents.tx_cent') }}
        else {{ cents_of('priced.exact_budget', 'cents.budget_cent') }}
    end as amount_budget
from {{ ref('int_labour_priced') }} as priced
left join {{ ref('int_labour_cents') }} as cents
    on priced.batch_no = cents.batch_no
    and priced.source_row = cents.source_row
