-- Every version ever received: what stands is decided where the fiscal periods are known, because a file is
-- complete for the person and period that it contains.
select
    entry_id,
    person,
    project,
    task,
    role,
    status,
    comment,
    hours,
    billable as is_billable,
    work_date,
    updated_at,
    _batch,
    _file_hash,
    _path,
    _sheet,
    _place,
    _row
from {{ source('raw_timesheets', 'timesheet_entries') }}
