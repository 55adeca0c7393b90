select answers.*, periods.end_on as period_end_on
from {{ source('pmo', 'fct_survey_response') }} as answers
inner join {{ source('pmo', 'dim_fiscal_period') }} as periods on answers.period = periods.period
