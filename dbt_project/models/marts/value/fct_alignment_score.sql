select
    {{ surrogate_key([
        "'alignment'", 'alignment.source_project', 'alignment.objective', 'alignment.scoring_version'
    ]) }} as alignment_score_sk,
    projects.project_sk,
    alignment.project_code,
    projects.project_name,
    alignment.source_project,
    objectives.objective_sk,
    alignment.objective,
    alignment.scoring_version,
    cast(alignment.score as decimal(18, 10)) as score,
    objectives.weight,
    case when objectives.weight is null then 'not_supplied' end as weight_null_reason,
    cast(alignment.score * objectives.weight as decimal(18, 10)) as weighted_score,
    alignment.source_path,
    alignment.source_sheet,
    alignment.source_place
from {{ ref('int_alignment') }} as alignment
left join {{ ref('dim_objective') }} as objectives
    on alignment.objective = objectives.objective
    and alignment.scoring_version = objectives.scoring_version
inner join {{ ref('dim_project') }} as projects
    on alignment.project_code = projects.project_code
    and projects.is_current
