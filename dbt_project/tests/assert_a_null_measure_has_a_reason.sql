select *
from {{ ref('mart_budget_position') }}
where (baseline_revised is null) <> (baseline_null_reason is not null)
    or (baseline_original is null) <> (baseline_original_null_reason is not null)
    or (consumed is null) <> (consumed_null_reason is not null)
    or (committed_open is null or pre_committed is null) <> (commitment_null_reason is not null)
    or (etc is null) <> (etc_null_reason is not null)
    or (paid is null) <> (paid_null_reason is not null)
