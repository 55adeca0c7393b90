with current_rows as (

    {{ current_rows('raw_ledger', 'postings', key=['posting_id']) }}

)

select
    {{ id_without_person('posting_id', 'person', pseudonym('person', keys=source('raw_control', 'pseudonym_key'))) }}
        as posting_id,
    project,
    cost_category,
    person,
    cost_centre,
    origin,
    capex_opex,
    period,
    charge_period,
    currency,
    amount,
    functional_amount,
    hours,
    posted_on,
    {{ lineage() }}
from current_rows
