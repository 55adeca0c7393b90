-- Deployments by the as-of date, with their day in the organisation's timezone.
{% set deployed_on = local_date('received.deployed_at', 'parameters.timezone') %}
with deployments as (

    {{ register_rows(
        'stg_register__deployments',
        ['service', 'deployed_at', 'dated_on', 'commit_at', 'outcome'],
        dated_on=deployed_on
    ) }}

)

select
    project_code,
    source_project,
    service,
    deployed_at,
    dated_on as deployed_on,
    commit_at,
    outcome,
    batch_id,
    file_hash,
    source_path,
    source_sheet,
    source_place,
    source_row
from deployments
