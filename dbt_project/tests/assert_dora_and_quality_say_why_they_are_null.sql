select dora_sk
from {{ ref('mart_dora') }}
where (lead_time_for_changes is null) <> (lead_time_for_changes_null_reason is not null)
    or (change_fail_rate is null) <> (change_fail_rate_null_reason is not null)
    or (recovery_time is null) <> (recovery_time_null_reason is not null)
union all
select quality_sk
from {{ ref('mart_quality') }}
where (defects_escaped is null) <> (defects_escaped_null_reason is not null)
    or (defect_escape_rate is null) <> (defect_escape_rate_null_reason is not null)
