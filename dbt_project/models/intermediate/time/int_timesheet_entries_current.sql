with entries as (

    select
        entries.*,
        days.period
    from {{ ref('stg_timesheets__timesheet_entries') }} as entries
    left join {{ ref('int_fiscal_days') }} as days
        on entries.work_date = days.date_day

),

current_rows as (

    {{ current_rows(
        'raw_timesheets', 'timesheet_entries', key=['entry_id'], scope=['person', 'period'],
        rows='entries', batches=ref('stg_control__batches')
    ) }}

)

select
    entry_id,
    person,
    project,
    task,
    role,
    status,
    comment,
    hours,
    is_billable,
    work_date,
    updated_at,
    {{ lineage() }}
from current_rows
