with batches as (

    select * from {{ ref('stg_control__batches') }}

),

control_totals as (

    select
        replace(source, 'raw_', '') as source,
        object,
        seq as load_no,
        path,
        file_hash,
        is_newest_of_path as is_current_load,
        'rows_in_are_loaded_quarantined_or_left_out' as check_name,
        case
            when rows_in <> rows_loaded + rows_quarantined + rows_left_out then 'failed'
            when rows_quarantined > 0 and is_newest_of_path then 'warned'
            else 'passed'
        end as outcome,
        rows_quarantined as affected_rows,
        cast(null as {{ dbt.type_string() }}) as detail,
        rows_in,
        rows_loaded,
        rows_quarantined,
        rows_left_out
    from batches

),

batch_checks as (

    select
        replace(batches.source, 'raw_', '') as source,
        batches.object,
        batches.seq as load_no,
        batches.path,
        batches.file_hash,
        batches.is_newest_of_path as is_current_load,
        checks.check_name,
        checks.outcome,
        checks.rows as affected_rows,
        checks.message as detail
    from {{ ref('stg_control__batch_checks') }} as checks
    inner join batches
        on checks.batch_id = batches.batch_id

),

several_paths as (

    select
        replace(source, 'raw_', '') as source,
        object,
        'equal_keys_of_several_files_are_named' as check_name,
        repeated_keys as affected_rows,
        cast(repeated_keys as {{ dbt.type_string() }})
        || ' keys came from more than one file; of each the last received stands' as detail
    from {{ ref('stg_control__keys_in_several_paths') }}
    where repeated_keys > 0

),

open_points as (

    select
        source,
        object,
        check_name,
        detail,
        sum(affected_rows) as affected_rows,
        sum(amount) as amount,
        unit
    from {{ ref('int_open_points') }}
    group by source, object, check_name, detail, unit

),

unmapped as (

    select
        source_system as source,
        object,
        kind || 's_are_mapped' as check_name,
        kind || ' code ' || coalesce(source_code, '(blank)') || ' is mapped to nothing' as detail,
        unmapped_rows as affected_rows,
        coalesce(amount, hours) as amount,
        case when amount is null then 'hours' end as unit
    from {{ ref('int_unmapped_codes') }}

),

final as (

    select
        source, object, load_no, path, file_hash, is_current_load, check_name, outcome, affected_rows, detail,
        cast(null as decimal(38, 10)) as amount, cast(null as {{ dbt.type_string() }}) as unit,
        rows_in, rows_loaded, rows_quarantined, rows_left_out
    from control_totals
    union all
    select
        source, object, load_no, path, file_hash, is_current_load, check_name, outcome, affected_rows, detail,
        null, null, null, null, null, null
    from batch_checks
    union all
    select
        source, object, null, null, null, true, check_name, 'passed', affected_rows, detail,
        null, null, null, null, null, null
    from several_paths
    union all
    select
        source, object, null, null, null, true, check_name, 'warned', affected_rows, detail,
        amount, unit, null, null, null, null
    from open_points
    union all
    select
        source, object, null, null, null, true, check_name, 'warned', affected_rows, detail,
        amount, unit, null, null, null, null
    from unmapped

)

select
    {{ surrogate_key(['source', 'object', 'load_no', 'check_name', 'detail', 'unit']) }} as data_quality_sk,
    source,
    object,
    cast(load_no as bigint) as load_no,
    path,
    file_hash,
    is_current_load,
    check_name,
    outcome,
    cast(affected_rows as bigint) as affected_rows,
    amount,
    unit,
    detail,
    rows_in,
    rows_loaded,
    rows_quarantined,
    rows_left_out,
    parameters.as_of
from final
cross join {{ ref('stg_control__run_parameters') }} as parameters
