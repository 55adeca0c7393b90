-- Every report of a risk, and which is the newest. A risk without a kind is a threat.
with reports as (

    {{ register_rows(
        'stg_register__risks',
        ['risk', 'title', 'category', 'kind', 'probability', 'impact', 'residual_probability', 'residual_impact', 'currency',
         'status', 'owner', 'reported_on'],
        dated_on='received.reported_on'
    ) }}

)

select
    project_code,
    source_project,
    risk,
    title,
    category,
    coalesce(kind, 'threat') as kind,
    probability,
    impact,
    residual_probability,
    residual_impact,
    currency,
    status,
    owner,
    reported_on,
    {{ is_newest_report('risk') }} as is_newest_report,
    batch_id,
    file_hash,
    source_path,
    source_sheet,
    source_place,
    source_row
from reports
