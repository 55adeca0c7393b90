-- What a change of the sprint field did to each sprint that its lists name: was it there before, is it there after.
with changes as (

    select * from {{ ref('int_issue_changes') }}
    where kind = 'sprint'

),

named as (

    select
        changes.site,
        changes.issue_id,
        changes.change_no,
        trim(listed.member) as sprint_id,
        case when trim(listed.member) = changes.from_value then changes.from_text end as name,
        1 as was_named,
        0 as is_named
    from changes
    cross join lateral {{ split_list('changes.from_value') }} as listed (member)
    union all
    select
        changes.site,
        changes.issue_id,
        changes.change_no,
        trim(listed.member),
        case when trim(listed.member) = changes.to_value then changes.to_text end,
        0,
        1
    from changes
    cross join lateral {{ split_list('changes.to_value') }} as listed (member)

)

select
    site,
    issue_id,
    change_no,
    sprint_id,
    max(name) as name,
    max(was_named) = 1 as was_named,
    max(is_named) = 1 as is_named
from named
where sprint_id <> ''
group by
    site,
    issue_id,
    change_no,
    sprint_id
