select
    {{ surrogate_key(['objective', 'scoring_version']) }} as objective_sk,
    objective,
    scoring_version,
    weight,
    weight_of_version,
    source_path,
    source_sheet,
    source_place
from {{ ref('int_objectives') }}
