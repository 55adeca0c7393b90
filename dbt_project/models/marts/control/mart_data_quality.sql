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

remarks as (

    select
        source,
        object,
        path,
        check_name,
        affected_rows,
        detail
    from {{ ref('int_remarks') }}

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

-- A person is not named: how many codes wait is enough here.
unmapped as (

    select
        source_system as source,
        object,
        kind || 's_are_mapped' as check_name,
        case
            when kind = 'person'
                then cast(count(*) as {{ dbt.type_string() }}) || ' person codes are mapped to nothing: `pmo quarantine` names them'
            else 'project code ' || coalesce(max(source_code), '(blank)') || ' is mapped to nothing'
        end as detail,
        sum(unmapped_rows) as affected_rows,
        cast(coalesce(sum(amount), sum(hours)) as decimal(38, 10)) as amount,
        case when sum(amount) is null then 'hours' end as unit
    from {{ ref('int_unmapped_codes') }}
    group by
        source_system,
        object,
        kind,
        case when kind = 'project' then source_code end

),

-- Complete is what Jira itself counts: every one of its issues landed, and in the mart. Counted in the mart as published.
counted as (

    select
        site,
        jira_project_id,
        max(jira_project_key) as jira_project_key,
        max(source_path) as source_path,
        count(*) as issues
    from {{ ref('fct_issue') }}
    where availability = 'present' and not is_deleted
    group by
        site,
        jira_project_id

),

census as (

    select
        coalesce(census.source_path, counted.source_path) as path,
        coalesce(census.project_key, counted.jira_project_key) as source_project,
        coalesce(census.visibility, 'no census') as visibility,
        census.issues_in_jira,
        census.issues_in_landing,
        cast(coalesce(counted.issues, 0) as bigint) as issues_in_mart
    from {{ ref('int_project_census') }} as census
    full outer join counted
        on census.site = counted.site
        and (
            census.project_id = counted.jira_project_id
            or (census.project_id is null and census.project_key = counted.jira_project_key)
        )

),

jira_census as (

    select
        path,
        source_project,
        issues_in_jira,
        issues_in_landing,
        issues_in_mart,
        issues_in_jira - issues_in_mart as difference,
        case
            when issues_in_jira <> issues_in_landing or issues_in_jira <> issues_in_mart then 'failed'
            when visibility = 'no census' then 'not_run'
            when visibility <> 'live' then 'warned'
            when issues_in_jira is null or issues_in_landing is null then 'not_run'
            else 'passed'
        end as outcome,
        source_project || ' (' || visibility || '): '
        || coalesce(cast(issues_in_jira as {{ dbt.type_string() }}), 'unknown') || ' issues in Jira, '
        || coalesce(cast(issues_in_landing as {{ dbt.type_string() }}), 'unknown') || ' in landing, '
        || cast(issues_in_mart as {{ dbt.type_string() }}) || ' in the mart' as detail
    from census

),

final as (

    select
        source, object, load_no, path, file_hash, is_current_load, check_name, outcome, affected_rows, detail,
        cast(null as decimal(38, 10)) as amount, cast(null as {{ dbt.type_string() }}) as unit,
        rows_in, rows_loaded, rows_quarantined, rows_left_out,
        cast(null as {{ dbt.type_string() }}) as source_project,
        cast(null as bigint) as issues_in_jira, cast(null as bigint) as issues_in_landing,
        cast(null as bigint) as issues_in_mart, cast(null as bigint) as difference
    from control_totals
    union all
    select
        source, object, load_no, path, file_hash, is_current_load, check_name, outcome, affected_rows, detail,
        null, null, null, null, null, null, null, null, null, null, null
    from batch_checks
    union all
    select
        source, object, null, path, null, true, check_name, 'warned', affected_rows, detail,
        null, null, null, null, null, null, null, null, null, null, null
    from remarks
    union all
    select
        source, object, null, null, null, true, check_name, 'warned', affected_rows, detail,
        amount, unit, null, null, null, null, null, null, null, null, null
    from open_points
    union all
    select
        source, object, null, null, null, true, check_name, 'warned', affected_rows, detail,
        amount, unit, null, null, null, null, null, null, null, null, null
    from unmapped
    union all
    select
        'jira', 'issues', null, path, null, true, 'jira_census', outcome, abs(difference), detail,
        null, null, null, null, null, null, source_project, issues_in_jira, issues_in_landing, issues_in_mart, difference
    from jira_census

)

select
    {{ surrogate_key(['source', 'object', 'load_no', 'check_name', 'path', 'source_project', 'detail', 'unit']) }}
        as data_quality_sk,
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
    source_project,
    issues_in_jira,
    issues_in_landing,
    issues_in_mart,
    difference,
    parameters.as_of
from final
cross join {{ ref('stg_control__run_parameters') }} as parameters
