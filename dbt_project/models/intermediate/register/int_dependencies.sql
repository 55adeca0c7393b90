-- Every report of a dependency, and which is the newest: `to_project` needs by a day what `from_project` promises.
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

reports as (

    {{ register_rows(
        'stg_register__dependencies',
        ['dependency', 'from_project', 'needed_on', 'promised_on', 'status', 'reported_on'],
        dated_on='received.reported_on',
        project='to_project'
    ) }}

),

dated as (

    select
        reports.*,
        coalesce(reports.reported_on, parameters.as_of) as dated_on
    from reports
    cross join parameters

)

select
    dated.dependency,
    {{ resolved_project() }} as from_project_code,
    dated.from_project as from_source_project,
    dated.project_code as to_project_code,
    dated.source_project as to_source_project,
    dated.needed_on,
    dated.promised_on,
    dated.status,
    dated.reported_on,
    row_number() over (
        partition by dated.dependency
        order by coalesce(dated.reported_on, date '1900-01-01') desc, dated.source_path, dated.source_row
    ) = 1 as is_newest_report,
    dated.batch_id,
    dated.file_hash,
    dated.source_path,
    dated.source_sheet,
    dated.source_place,
    dated.source_row
from dated
{{ join_project('dated', 'register', column='from_project') }}
