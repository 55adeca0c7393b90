-- Each load from its file to the marts: what the source held, what landed, what of it still counts, what the marts have.
with loads as (

    select
        source,
        object,
        batch_id,
        seq,
        path,
        unit,
        sum(source_rows) as source_rows,
        sum(loaded_rows) as loaded_rows,
        sum(quarantined_rows) as quarantined_rows,
        sum(left_out_rows) as left_out_rows,
        sum(source_amount) as source_amount,
        sum(loaded_amount) as loaded_amount,
        sum(quarantined_amount) as quarantined_amount,
        sum(left_out_amount) as left_out_amount
    from {{ ref('int_load_totals') }}
    group by
        source,
        object,
        batch_id,
        seq,
        path,
        unit

),

-- Objects whose rows the marts are counted against.
counted_objects as (

    select distinct
        source,
        object
    from {{ ref('int_counted_rows') }}

),

joined as (

    select
        loads.*,
        counted_objects.object is not null as is_counted,
        coalesce(counted.in_force_rows, 0) as in_force_rows,
        coalesce(counted.in_force_amount, 0) as in_force_amount,
        coalesce(counted.due_rows, 0) as due_rows,
        coalesce(counted.due_amount, 0) as due_amount,
        coalesce(counted.mart_rows, 0) as mart_rows,
        coalesce(counted.mart_amount, 0) as mart_amount
    from loads
    left join counted_objects
        on replace(loads.source, 'raw_', '') = counted_objects.source
        and loads.object = counted_objects.object
    left join {{ ref('int_counted_rows') }} as counted
        on loads.batch_id = counted.batch_id
        and replace(loads.source, 'raw_', '') = counted.source
        and loads.object = counted.object
        and loads.unit = counted.unit

)

select
    {{ surrogate_key(['joined.batch_id', 'joined.object', 'joined.unit']) }} as load_control_total_sk,
    replace(joined.source, 'raw_', '') as source,
    joined.object,
    cast(joined.seq as bigint) as load_no,
    joined.path,
    batches.file_hash,
    batches.is_newest_of_path as is_current_load,
    joined.unit,
    cast(joined.source_rows as bigint) as source_rows,
    cast(joined.loaded_rows as bigint) as loaded_rows,
    cast(joined.quarantined_rows as bigint) as quarantined_rows,
    cast(joined.left_out_rows as bigint) as left_out_rows,
    cast(case when joined.is_counted then joined.loaded_rows - joined.in_force_rows end as bigint) as replaced_rows,
    cast(case when joined.is_counted then joined.in_force_rows - joined.due_rows end as bigint) as later_rows,
    cast(case when joined.is_counted then joined.mart_rows end as bigint) as mart_rows,
    cast(joined.source_amount as decimal(38, 10)) as source_amount,
    cast(joined.loaded_amount as decimal(38, 10)) as loaded_amount,
    cast(joined.quarantined_amount as decimal(38, 10)) as quarantined_amount,
    cast(joined.left_out_amount as decimal(38, 10)) as left_out_amount,
    cast(case when joined.is_counted then joined.loaded_amount - joined.in_force_amount end as decimal(38, 10))
        as replaced_amount,
    cast(case when joined.is_counted then joined.in_force_amount - joined.due_amount end as decimal(38, 10)) as later_amount,
    cast(case when joined.is_counted then joined.mart_amount end as decimal(38, 10)) as mart_amount,
    cast(
        joined.source_rows - joined.loaded_rows - joined.quarantined_rows - joined.left_out_rows as bigint
    ) as difference_rows,
    cast(
        joined.source_amount - joined.loaded_amount - joined.quarantined_amount - joined.left_out_amount as decimal(38, 10)
    ) as difference,
    cast(case when joined.is_counted then joined.due_rows - joined.mart_rows end as bigint) as mart_difference_rows,
    cast(case when joined.is_counted then joined.due_amount - joined.mart_amount end as decimal(38, 10)) as mart_difference,
    parameters.as_of
from joined
cross join {{ ref('stg_control__run_parameters') }} as parameters
inner join {{ ref('stg_control__batches') }} as batches
    on joined.batch_id = batches.batch_id
