-- Sheets that are named after a person whose hours stand on them: a release does not name them.
with sheets as (

    select distinct
        source_path,
        source_sheet,
        person,
        person_code
    from {{ ref('int_hours') }}
    where source_sheet is not null

),

called as (

    select source_path, source_sheet, lower(person) as word
    from sheets
    {% for number in [1, 2, 3] -%}
    union
    select sheets.source_path, sheets.source_sheet, lower(split_part(people.person_name, ' ', {{ number }}))
    from sheets
    inner join {{ ref('int_people') }} as people
        on sheets.person_code = people.person_code
    {% endfor %}

)

select distinct
    source_path,
    source_sheet
from called
where lower(source_sheet) = word or (length(word) > 2 and lower(source_sheet) like '%' || word || '%')
