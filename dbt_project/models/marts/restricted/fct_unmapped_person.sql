select
    {{ surrogate_key(['codes.source_system', 'codes.object', 'codes.source_code']) }} as unmapped_person_sk,
    codes.source_system,
    codes.object,
    codes.source_code,
    suggestions.suggested_code as suggested_person,
    suggestions.suggestion_reason,
    codes.unmapped_rows,
    codes.amount,
    codes.hours
from {{ ref('int_unmapped_codes') }} as codes
left join {{ ref('int_code_suggestions') }} as suggestions
    on suggestions.kind = 'person'
    and codes.source_system = suggestions.source_system
    and codes.source_code = suggestions.source_code
where codes.kind = 'person'
