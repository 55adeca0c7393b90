-- How old and how complete each source is in this release.
select
    {{ surrogate_key(['parameters.release_id', 'batches.source']) }} as release_source_sk,
    parameters.release_id,
    replace(batches.source, 'raw_', '') as source,
    count(*) as batches,
    max(batches.extracted_at) as newest_batch_at,
    cast(sum(batches.rows_in) as bigint) as rows_in,
    cast(sum(batches.rows_loaded) as bigint) as rows_loaded,
    cast(sum(batches.rows_quarantined) as bigint) as rows_quarantined,
    cast(sum(batches.rows_left_out) as bigint) as rows_left_out,
    coalesce(bool_or(stale.source is not null), false) as is_stale,
    max(stale.message) as stale_reason
from {{ ref('stg_control__batches') }} as batches
cross join {{ ref('stg_control__run_parameters') }} as parameters
left join {{ ref('stg_control__stale_sources') }} as stale
    on batches.source = stale.source
group by
    parameters.release_id,
    batches.source
