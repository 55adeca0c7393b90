-- Incidents opened by the as-of date, with their days in the organisation's timezone. One recovered from later is open.
{% set opened_on = local_date('received.opened_at', 'parameters.timezone') %}
with incidents as (

    {{ register_rows(
        'stg_register__incidents',
        ['service', 'opened_at', 'dated_on', 'recovered_at', 'deployed_at'],
        dated_on=opened_on
    ) }}

)

select
    incidents.project_code,
    incidents.source_project,
    incidents.service,
    incidents.opened_at,
    incidents.dated_on as opened_on,
    case
        when {{ local_date('incidents.recovered_at', 'parameters.timezone') }} <= parameters.as_of then incidents.recovered_at
    end as recovered_at,
    incidents.deployed_at,
    incidents.batch_id,
    incidents.file_hash,
    incidents.source_path,
    incidents.source_sheet,
    incidents.source_place,
    incidents.source_row
from incidents
cross join {{ ref('stg_control__run_parameters') }} as parameters
