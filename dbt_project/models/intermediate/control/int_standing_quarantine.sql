-- Quarantined rows that nothing has mended: those of the newest batch of each file, and those of Jira records that have
-- not come again since.
{% set jira_objects = [
    'projects', 'users', 'fields', 'statuses', 'priorities', 'resolutions', 'issue_types', 'link_types', 'boards', 'sprints',
    'versions', 'components', 'issues', 'issue_changes', 'worklogs', 'issue_availability', 'project_census'
] %}
with quarantined as (

    select
        rows_set_aside.*,
        batches.seq,
        batches.is_newest_of_path
    from {{ ref('stg_control__quarantined_rows') }} as rows_set_aside
    inner join {{ ref('stg_control__batches') }} as batches
        on rows_set_aside.batch_id = batches.batch_id

),

jira_records as (

    {% for object in jira_objects -%}
    select
        '{{ object }}' as object,
        records.source_path as path,
        records.source_place as place,
        max(batches.seq) as newest_seq
    from {{ ref('stg_jira__' ~ object) }} as records
    inner join {{ ref('stg_control__batches') }} as batches
        on records.batch_id = batches.batch_id
    group by
        records.source_path,
        records.source_place
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

newest_faults as (

    select
        object,
        path,
        place,
        max(seq) as newest_seq
    from quarantined
    where source = 'raw_jira'
    group by
        object,
        path,
        place

)

select quarantined.*
from quarantined
left join jira_records
    on quarantined.source = 'raw_jira'
    and quarantined.object = jira_records.object
    and quarantined.path = jira_records.path
    and quarantined.place = jira_records.place
left join newest_faults
    on quarantined.source = 'raw_jira'
    and quarantined.object = newest_faults.object
    and quarantined.path = newest_faults.path
    and quarantined.place = newest_faults.place
where case
    when quarantined.source = 'raw_jira'
        then quarantined.seq = newest_faults.newest_seq
            and coalesce(jira_records.newest_seq, 0) < quarantined.seq
    else quarantined.is_newest_of_path
end
