-- Every version of a project's register row ever received, for the history of the project dimension.
select
    rows_received.project,
    rows_received.name,
    rows_received.programme,
    rows_received.portfolio,
    rows_received.sponsor,
    rows_received.manager,
    rows_received.phase,
    rows_received.status,
    rows_received.methodology,
    rows_received.currency,
    rows_received.start_on,
    rows_received.finish_on,
    batches.seq,
    batches.received_on
from {{ source('raw_register', 'projects') }} as rows_received
inner join {{ source('raw_control', 'batches') }} as batches
    on rows_received._batch = batches.batch_id
