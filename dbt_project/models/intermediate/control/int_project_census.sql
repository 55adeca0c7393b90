-- What Jira itself counted, per project. A renamed project leaves a census under its old key behind; it no longer counts.
select
    census.site,
    census.project_key,
    census.project_id,
    coalesce(census.visibility, 'live') as visibility,
    census.issues_in_jira,
    census.issues_in_landing,
    census.missing,
    census.surplus,
    census.source_path
from {{ ref('stg_jira__project_census') }} as census
left join {{ ref('stg_jira__projects') }} as projects
    on census.site = projects.site
    and census.project_id = projects.project_id
where projects.project_id is null or projects.project_key = census.project_key
