-- For statuses that Jira names without an id: what the name means, where every status of that name means the same.
select
    site,
    lower(name) as status_name,
    max(category_key) as status_category
from {{ ref('stg_jira__statuses') }}
where name is not null
group by
    site,
    lower(name)
having count(distinct category_key) = 1
