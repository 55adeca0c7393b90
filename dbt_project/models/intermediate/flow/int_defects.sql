-- Defects: standard issues of a type that is called so, in the languages in which Jira names it by itself. Escaped is one
-- that names a version which was released by the day on which it was opened.
{% set defect_types = ['bug', 'defect', 'anomalie', 'bogue', 'fehler', 'error', 'errore', 'バグ', '缺陷', '故障'] %}
with defects as (

    select * from {{ ref('int_issue_flow') }}
    where is_counted
        and lower(issue_type) in ({% for name in defect_types %}'{{ name }}'{% if not loop.last %}, {% endif %}{% endfor %})

),

named as (

    select
        defects.site,
        defects.issue_id,
        defects.created_on,
        {{ json_member('version.member', 'id') }} as version_id
    from defects
    cross join lateral {{ unnest_json('defects.affects_versions') }} as version (member)

),

affected as (

    select
        named.site,
        named.issue_id,
        max(case when versions.is_released and versions.released_on <= named.created_on then 1 else 0 end) = 1
            as is_escaped
    from named
    left join {{ ref('stg_jira__versions') }} as versions
        on named.site = versions.site
        and named.version_id = versions.version_id
    group by
        named.site,
        named.issue_id

)

select
    defects.site,
    defects.issue_id,
    defects.project_code,
    defects.created_period_no,
    defects.finished_at,
    defects.finished_period_no,
    defects.is_finished,
    defects.availability,
    defects.is_closed_unfixed,
    affected.issue_id is not null as names_version,
    coalesce(affected.is_escaped, false) as is_escaped
from defects
left join affected
    on defects.site = affected.site
    and defects.issue_id = affected.issue_id
