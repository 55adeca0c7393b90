-- Decisions asked for by the as-of date. The outcome of one that was taken later is not known yet.
with asked as (

    {{ register_rows(
        'stg_register__decisions',
        ['decision', 'about', 'asked_on', 'decided_on', 'outcome'],
        dated_on='received.asked_on'
    ) }}

)

select
    asked.project_code,
    asked.source_project,
    asked.decision,
    asked.about,
    asked.asked_on,
    case when asked.decided_on <= parameters.as_of then asked.decided_on end as decided_on,
    case when asked.decided_on is null or asked.decided_on <= parameters.as_of then asked.outcome end as outcome,
    asked.batch_id,
    asked.file_hash,
    asked.source_path,
    asked.source_sheet,
    asked.source_place,
    asked.source_row
from asked
cross join {{ ref('stg_control__run_parameters') }} as parameters
