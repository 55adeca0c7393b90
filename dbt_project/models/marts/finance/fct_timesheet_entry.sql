select
    {{ timesheet_entry_key('hours') }} as timesheet_entry_sk,
    projects.project_sk,
    hours.project_code,
    projects.project_name,
    hours.source_system,
    hours.source_entry_id,
    persons.person_sk,
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
    {{ sheet_without_person('hours') }} as source_sheet,
    hours.source_place
from {{ ref('int_hours') }} as hours
cross join {{ ref('stg_control__run_parameters') }} as parameters
left join {{ ref('int_person_pseudonyms') }} as persons
    on hours.person_match_code = persons.match_code
{{ join_sheets_of_persons('hours') }}
inner join {{ ref('dim_project') }} as projects
    on hours.project_code = projects.project_code
    and projects.is_current
