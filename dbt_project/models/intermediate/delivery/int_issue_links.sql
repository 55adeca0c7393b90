-- Both ends of a link name it; it is one. Where the ends disagree, the one that was changed later knows: Jira need not
-- touch the other end when a link is made or removed.
with issues as (

    select
        site,
        issue_id,
        issue_key,
        updated_at
    from {{ ref('int_issues') }}

),

named as (

    select
        links.site,
        links.link_id,
        links.link_type_id,
        issues.issue_id as named_by,
        issues.updated_at,
        case when links.direction = 'outward' then issues.issue_id else links.other_issue_id end as from_issue_id,
        case when links.direction = 'outward' then issues.issue_key else links.other_issue_key end as from_issue_key,
        case when links.direction = 'outward' then links.other_issue_id else issues.issue_id end as to_issue_id,
        case when links.direction = 'outward' then links.other_issue_key else issues.issue_key end as to_issue_key,
        links.other_issue_id
    from {{ ref('stg_jira__issue_links') }} as links
    inner join issues
        on links.site = issues.site
        and links.issue_id = issues.issue_id

),

ranked as (

    select
        named.*,
        row_number() over (
            partition by named.site, named.link_id
            order by named.updated_at desc, named.named_by
        ) as recency,
        count(*) over (partition by named.site, named.link_id) as ends_that_name_it,
        others.updated_at as other_updated_at
    from named
    left join issues as others
        on named.site = others.site
        and named.other_issue_id = others.issue_id

)

select
    site,
    link_id,
    link_type_id,
    from_issue_id,
    from_issue_key,
    to_issue_id,
    to_issue_key
from ranked
where recency = 1
    and (ends_that_name_it > 1 or other_updated_at is null or updated_at >= other_updated_at)
