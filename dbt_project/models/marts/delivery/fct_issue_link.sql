with links as (

    select * from {{ ref('int_issue_links') }}

),

issues as (

    select * from {{ ref('fct_issue') }}

)

select
    {{ surrogate_key(["'jira'", 'links.site', 'links.link_id']) }} as issue_link_sk,
    links.site,
    links.link_id,
    link_types.name as link_type,
    link_types.outward as outward_name,
    link_types.inward as inward_name,
    {% for side in ['from', 'to'] -%}
    {{ side }}_issues.issue_sk as {{ side }}_issue_sk,
    links.{{ side }}_issue_id,
    coalesce({{ side }}_issues.issue_key, links.{{ side }}_issue_key) as {{ side }}_issue_key,
    {{ side }}_issues.project_sk as {{ side }}_project_sk,
    {{ side }}_issues.project_code as {{ side }}_project_code,
    {{ side }}_issues.project_name as {{ side }}_project_name,
    {% endfor -%}
    from_issues.project_code <> to_issues.project_code as is_between_projects,
    coalesce(from_issues.is_deleted, false) or coalesce(to_issues.is_deleted, false) as is_deleted
from links
left join {{ ref('stg_jira__link_types') }} as link_types
    on links.site = link_types.site
    and links.link_type_id = link_types.link_type_id
left join issues as from_issues
    on links.site = from_issues.site
    and links.from_issue_id = from_issues.issue_id
left join issues as to_issues
    on links.site = to_issues.site
    and links.to_issue_id = to_issues.issue_id
