-- A view: rows that were never sent again cost their models no more than being read.
{{ config(materialized='view') }}
select
    entries.entry_id,
    entries.person,
    entries.project,
    entries.task,
    entries.role,
    entries.status,
    entries.comment,
    entries.hours,
    entries.is_billable,
    entries.work_date,
    entries.updated_at,
    {{ lineage('entries') }}
from {{ ref('stg_timesheets__timesheet_entries') }} as entries
left join {{ ref('int_timesheet_entries_replaced') }} as replaced
    on entries._batch = replaced._batch
    and entries._row = replaced._row
where replaced._batch is null
