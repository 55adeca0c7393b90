select cast(unnest(generate_series(min(start_on), max(end_on), interval 1 day)) as date) as day
from {{ source('pmo', 'dim_fiscal_period') }}
