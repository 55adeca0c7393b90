select
    as_of,
    organisation,
    published_people,
    reporting_currency,
    timezone,
    fiscal_year_starts,
    fx_max_age_days,
    unknown_hours,
    default_hours_from,
    labour_category,
    release_id,
    input_hash,
    configuration_hash,
    product_version,
    known_at,
    started_at
from {{ source('raw_control', 'run_parameters') }}
