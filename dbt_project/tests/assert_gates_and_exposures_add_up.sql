-- A gate's prerequisites fall into four groups, and risks of a date add up to its exposure.
select 'gate' as what, project_code, gate as part
from {{ ref('mart_governance_compliance') }}
where required <> satisfied + waived + overdue + pending
union all
select 'exposure', exposures.project_code, exposures.category
from {{ ref('mart_risk_exposure') }} as exposures
inner join (
    select project_code, category, report_date, sum(emv_inherent) as emv, count(*) - count(emv_inherent) as unknown
    from {{ ref('fct_risk_snapshot') }}
    group by project_code, category, report_date
) as risks
    on exposures.project_code = risks.project_code
    and exposures.category = risks.category
    and exposures.report_date = risks.report_date
where exposures.emv_inherent <> risks.emv or (exposures.emv_inherent is null) <> (risks.unknown > 0)
