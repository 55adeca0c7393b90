-- Weights are shares of 1 to within half a percent: thirds are written as 0.333.
with scores as (

    select
        alignment.project_code,
        alignment.objective,
        alignment.scoring_version,
        alignment.score,
        objectives.weight,
        objectives.weight_of_version,
        objectives.objectives_of_version
    from {{ ref('int_alignment') }} as alignment
    left join {{ ref('int_objectives') }} as objectives
        on alignment.objective = objectives.objective
        and alignment.scoring_version = objectives.scoring_version

),

summed as (

    select
        project_code,
        scoring_version,
        sum(cast(score * weight as decimal(18, 10))) as weighted_score,
        case
            when count(*) > count(distinct objective) then 'scored_twice'
            when count(weight) < count(*) then 'no_weight'
            when abs(max(weight_of_version) - 1) > 0.005 then 'weights_do_not_add_up'
            when count(*) < max(objectives_of_version) then 'objective_not_scored'
        end as alignment_null_reason
    from scores
    group by
        project_code,
        scoring_version

)

select
    project_code,
    scoring_version,
    case when alignment_null_reason is null then cast(weighted_score as decimal(28, 10)) end as alignment,
    alignment_null_reason
from summed
