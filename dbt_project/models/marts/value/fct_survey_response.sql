select
    {{ surrogate_key(["'survey'", 'surveys.file_hash', 'surveys.source_sheet', 'surveys.source_row']) }} as survey_response_sk,
    projects.project_sk,
    surveys.project_code,
    projects.project_name,
    surveys.source_project,
    surveys.responded_on,
    days.period,
    days.period_no,
    surveys.kind,
    cast(surveys.score as decimal(18, 10)) as score,
    case
        when surveys.kind = 'nps' and surveys.score >= 9 then 'promoter'
        when surveys.kind = 'nps' and surveys.score > 6 then 'passive'
        when surveys.kind = 'nps' then 'detractor'
        when surveys.score >= 4 then 'satisfied'
        else 'not_satisfied'
    end as answer,
    cast(surveys.invited as decimal(18, 4)) as invited,
    surveys.source_path,
    surveys.source_sheet,
    surveys.source_place
from {{ ref('int_surveys') }} as surveys
left join {{ ref('int_fiscal_days') }} as days
    on surveys.responded_on = days.date_day
inner join {{ ref('dim_project') }} as projects
    on surveys.project_code = projects.project_code
    and projects.is_current
