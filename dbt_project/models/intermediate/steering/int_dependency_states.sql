-- What is known of a dependency of the register at each of its report dates and at the as-of date.
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

reports as (

    select
        *,
        {{ surrogate_key(["'register'", 'dependency']) }} as dependency_sk,
        case when from_project_code = 'unmapped' then 'unmapped ' || from_source_project else from_project_code end as from_node,
        case when to_project_code = 'unmapped' then 'unmapped ' || to_source_project else to_project_code end as to_node
    from {{ ref('int_dependencies') }}

),

ordered as (

    {{ reports_in_order('reports', 'dependency_sk') }}

),

at_dates as (

    {{ at_own_report_dates('ordered') }}

)

select
    dependency_sk,
    dependency,
    from_project_code,
    from_source_project,
    from_node,
    to_project_code,
    to_source_project,
    to_node,
    needed_on,
    promised_on,
    status,
    not {{ is_closed_status('status') }} as is_open,
    {{ is_closed_status('status', only_cancelled=true) }} as is_cancelled,
    known_from_on,
    next_report_on,
    report_date,
    reported_on,
    batch_id,
    source_path,
    source_sheet,
    source_place
from at_dates
