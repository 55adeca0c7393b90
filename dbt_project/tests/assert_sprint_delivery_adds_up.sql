-- What was promised, with what came, went and was re-estimated since, is what is done and what is not. Nulls have a reason.
select sprint_sk
from {{ ref('mart_sprint_delivery') }}
where committed + added + estimate_change - removed <> completed_final + not_completed
    or (committed is null) <> (committed_null_reason is not null)
    or (velocity is null) <> (velocity_null_reason is not null)
    or (predictability is null) <> (predictability_null_reason is not null)
