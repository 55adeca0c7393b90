select
    {{ surrogate_key([
        'codes.source_system', 'codes.object', 'codes.kind',
        "case when codes.kind = 'person' then persons.person_sk else codes.source_code end"
    ]) }} as unmapped_code_sk,
    codes.source_system,
    codes.object,
    codes.kind,
    case when codes.kind <> 'person' then codes.source_code end as source_code,
    suggestions.suggested_code as suggested_project,
    suggestions.suggestion_reason,
    codes.unmapped_rows,
    codes.amount,
    codes.hours
from {{ ref('int_unmapped_codes') }} as codes
left join {{ ref('int_person_pseudonyms') }} as persons
    on codes.kind = 'person'
    and codes.source_code = persons.match_code
left join {{ ref('int_code_suggestions') }} as suggestions
    on codes.kind = 'project'
    and suggestions.kind = 'project'
    and codes.source_system = suggestions.source_system
    and codes.source_code = suggestions.source_code
