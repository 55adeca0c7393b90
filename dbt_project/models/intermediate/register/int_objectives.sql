select
    objective,
    scoring_version,
    cast(weight as decimal(18, 10)) as weight,
    cast(sum(weight) over (partition by scoring_version) as decimal(18, 10)) as weight_of_version,
    count(*) over (partition by scoring_version) as objectives_of_version,
    source_path,
    source_sheet,
    source_place
from {{ ref('stg_register__objectives') }}
