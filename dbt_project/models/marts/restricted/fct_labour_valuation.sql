select
    valued.timesheet_entry_sk,
    persons.person_sk,
    valued.person as source_person,
    valued.source_system,
    valued.project_code,
    valued.work_date,
    valued.period,
    valued.hours,
    valued.rate_role,
    valued.rate,
    valued.rate_currency,
    valued.amount_tx,
    valued.amount_booked as amount_fn,
    valued.amount_budget as amount_budget_rate,
    valued.comment,
    valued.source_path,
    valued.source_sheet,
    valued.source_place
from {{ ref('int_labour_valued') }} as valued
left join {{ ref('int_person_pseudonyms') }} as persons
    on valued.person_match_code = persons.match_code
