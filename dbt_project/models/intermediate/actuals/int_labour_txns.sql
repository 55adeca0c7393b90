-- Valued hours where they are booked: an accrual and, once the ledger carries them, its reversal.
{{ config(materialized='view') }}
select
    case when bookings.sign = 1 then valued.timesheet_entry_sk else {{ surrogate_key(['valued.timesheet_entry_sk', "'reversal'"]) }} end
        as actual_txn_sk,
    -- Hours are sent again in other files and rows: what they are about is a person's day on a project.
    {{ surrogate_key([
        'bookings.cost_origin', 'valued.source_system', 'persons.person_sk', 'valued.project_code', 'valued.work_date'
    ]) }} as row_key,
    valued.source_system,
    'timesheet_entries' as source_object,
    coalesce(valued.source_entry_id, valued.source_place) as source_id,
    valued.project_code,
    bookings.cost_category,
    bookings.cost_origin,
    false as is_posted,
    bookings.counts_in_consumed,
    bookings.not_counted_reason,
    valued.work_date as dated_on,
    bookings.period_no,
    bookings.charge_period_no,
    persons.person_sk,
    cast(null as {{ dbt.type_string() }}) as capex_opex,
    valued.rate_currency as currency,
    cast(bookings.sign * valued.amount_tx as decimal(18, 2)) as amount_tx,
    cast(bookings.sign * valued.amount_booked as decimal(18, 2)) as amount_booked,
    cast(bookings.sign * valued.amount_budget as decimal(18, 2)) as amount_budget,
    cast(bookings.sign * valued.hours as decimal(18, 10)) as hours,
    valued.source_path,
    valued.source_sheet,
    valued.source_place,
    valued.batch_id
from {{ ref('int_labour_valued') }} as valued
inner join {{ ref('int_labour_bookings') }} as bookings
    on valued.project_code = bookings.project_code
    and valued.person_match_code = bookings.person_match_code
    and valued.is_contractor = bookings.is_contractor
    and valued.period_no is not distinct from bookings.charge_period_no
left join {{ ref('int_person_pseudonyms') }} as persons
    on valued.person_match_code = persons.match_code
