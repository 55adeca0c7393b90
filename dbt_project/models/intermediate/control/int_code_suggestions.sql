-- What an unmapped code probably means, by rules anybody can follow: it is shown to whoever maps, and never applied. Where
-- the best rule finds two, there is no suggestion.
with unmapped as (

    select distinct
        kind,
        source_system,
        source_code
    from {{ ref('int_unmapped_codes') }}
    where source_code is not null

),

words as (

    select kind, source_system, source_code, source_code as word from unmapped
    union
    select unmapped.kind, unmapped.source_system, unmapped.source_code, jira_projects.name
    from unmapped
    inner join {{ ref('stg_jira__projects') }} as jira_projects
        on unmapped.source_code = jira_projects.project_key
    where unmapped.kind = 'project' and unmapped.source_system = 'jira'
    union
    select unmapped.kind, unmapped.source_system, unmapped.source_code, users.display_name
    from unmapped
    inner join {{ ref('stg_jira__users') }} as users
        on unmapped.source_code = users.account
    where unmapped.kind = 'person'
    union
    select unmapped.kind, unmapped.source_system, unmapped.source_code, split_part(users.email, '@', 1)
    from unmapped
    inner join {{ ref('stg_jira__users') }} as users
        on unmapped.source_code = users.account
    where unmapped.kind = 'person'
    union
    select kind, source_system, source_code, split_part(source_code, '@', 1)
    from unmapped
    where kind = 'person'

),

known as (

    select 'project' as kind, project_code as code, project_code as word, 'code' as called, null as of_system
    from {{ ref('int_projects') }}
    union all
    select 'project', project_code, project_name, 'name', null
    from {{ ref('int_projects') }}
    union all
    select 'project', project_code, source_id, 'mapped', source_system
    from {{ ref('int_project_crosswalk') }}
    union all
    select 'person', person_code, person_code, 'code', null
    from {{ ref('int_people') }}
    union all
    select 'person', person_code, person_name, 'name', null
    from {{ ref('int_people') }}
    union all
    select 'person', person, source_id, 'mapped', source_system
    from {{ ref('stg_reference__people_crosswalk') }}

),

plain_words as (

    select *, {{ letters_and_digits('word') }} as plain from words where word is not null

),

plain_known as (

    select *, {{ letters_and_digits('word') }} as plain
    from known
    where word is not null and code <> 'unmapped'

),

compared as (

    select
        plain_words.kind,
        plain_words.source_system,
        plain_words.source_code,
        plain_known.code,
        case
            when plain_words.plain = plain_known.plain and plain_known.called <> 'name' then 1
            when plain_words.plain = plain_known.plain then 2
            when plain_known.called = 'code'
                and length(plain_known.plain) > 2 and plain_words.plain like '%' || plain_known.plain || '%' then 3
            when plain_known.called = 'code'
                and length(plain_words.plain) > 2 and plain_known.plain like '%' || plain_words.plain || '%' then 3
            -- P1 and P2 are two projects: digits have to agree, and two letters in three.
            when plain_known.called <> 'mapped'
                and levenshtein(plain_words.plain, plain_known.plain) <= 2
                and levenshtein(plain_words.plain, plain_known.plain) * 3 <= length(plain_words.plain)
                and {{ digits('plain_words.plain') }} = {{ digits('plain_known.plain') }} then 4
        end as rule_no
    from plain_words
    inner join plain_known
        on plain_words.kind = plain_known.kind
        and plain_words.source_system = coalesce(plain_known.of_system, plain_words.source_system)
    where plain_words.plain <> '' and plain_known.plain <> ''

),

best as (

    select
        kind,
        source_system,
        source_code,
        code,
        min(rule_no) as rule_no,
        min(min(rule_no)) over (partition by kind, source_system, source_code) as best_rule_no
    from compared
    where rule_no is not null
    group by kind, source_system, source_code, code

)

select
    kind,
    source_system,
    source_code,
    min(code) as suggested_code,
    case min(rule_no)
        when 1 then 'the same code, written otherwise'
        when 2 then 'the same name'
        when 3 then 'one code contains the other'
        else 'nearly the same'
    end as suggestion_reason
from best
where rule_no = best_rule_no
group by kind, source_system, source_code
having count(*) = 1
