-- Per batch, project code and unit: what the source held, and what became of it.
with batches as (

    select * from {{ ref('stg_control__batches') }}

),

counted_objects as (

    select distinct
        source,
        object
    from {{ ref('stg_control__landed_totals') }}

),

parts as (

    select
        batch_id, project, unit, rows_in as source_rows, amount_in as source_amount,
        0 as loaded_rows, cast(0 as decimal(38, 10)) as loaded_amount,
        0 as quarantined_rows, cast(0 as decimal(38, 10)) as quarantined_amount,
        0 as left_out_rows, cast(0 as decimal(38, 10)) as left_out_amount
    from {{ ref('stg_control__batch_totals') }}
    union all
    select batch_id, project, unit, 0, 0, rows_loaded, coalesce(amount_loaded, 0), 0, 0, 0, 0
    from {{ ref('stg_control__landed_totals') }}
    union all
    select batch_id, project, unit, 0, 0, 0, 0, count(*), coalesce(sum(amount), 0), 0, 0
    from {{ ref('stg_control__quarantined_rows') }}
    group by batch_id, project, unit
    union all
    select batch_id, project, unit, 0, 0, 0, 0, 0, 0, count(*), coalesce(sum(amount), 0)
    from {{ ref('stg_control__left_out_rows') }}
    group by batch_id, project, unit

)

select
    batches.source,
    batches.object,
    parts.batch_id,
    batches.seq,
    batches.path,
    parts.project as source_project,
    parts.unit,
    cast(sum(parts.source_rows) as bigint) as source_rows,
    cast(sum(parts.loaded_rows) as bigint) as loaded_rows,
    cast(sum(parts.quarantined_rows) as bigint) as quarantined_rows,
    cast(sum(parts.left_out_rows) as bigint) as left_out_rows,
    sum(parts.source_amount) as source_amount,
    sum(parts.loaded_amount) as loaded_amount,
    sum(parts.quarantined_amount) as quarantined_amount,
    sum(parts.left_out_amount) as left_out_amount
from parts
inner join batches
    on parts.batch_id = batches.batch_id
inner join counted_objects
    on batches.source = counted_objects.source
    and batches.object = counted_objects.object
group by
    batches.source,
    batches.object,
    parts.batch_id,
    batches.seq,
    batches.path,
    parts.project,
    parts.unit
