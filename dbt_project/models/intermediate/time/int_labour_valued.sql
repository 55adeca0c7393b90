-- Approved hours of the counted source with their amounts, which add up per person, project, period and rate.
{{ config(materialized='view') }}
with valued as (

    select
        priced.*,
        {{ timesheet_entry_key('priced') }} as timesheet_entry_sk,
        cents.booked_cent,
        cents.budget_cent,
        {{ cents_of('priced.exact_tx', 'cents.tx_cent') }} as amount_tx
    from {{ ref('int_labour_priced') }} as priced
    left join {{ ref('int_labour_cents') }} as cents
        on priced.batch_no = cents.batch_no
        and priced.source_row = cents.source_row

)

select
    *,
    {% for basis in ['booked', 'budget'] -%}
    case
        when {{ basis }}_fx = 1 then amount_tx
        else {{ cents_of('exact_' ~ basis, basis ~ '_cent') }}
    end as amount_{{ basis }}{% if not loop.last %},{% endif %}
    {% endfor %}
from valued
