select
    hours.timesheet_entry_sk,
    projects.project_sk,
    hours.project_code,
    projects.project_name,
    hours.source_system,
    hours.source_entry_id,
    {{ surrogate_key(["'person'", 'hours.person_match_code']) }} as person_sk,
    hours.person_code = 'unmapped' as is_unmapped_person,
    hours.task,
    hours.work_date,
    hours.period,
    hours.hours,
    hours.status,
    hours.is_approved,
    hours.is_counted_source,
    hours.is_billable,
    false as is_deleted,
    hours.source_path,
    hours.source_sheet,
    hours.source_place
from {{ ref('int_hours') }} as hours
inner join {{ ref('dim_project') }} as projects
    on hours.project_code = projects.project_code
    and projects.is_current
