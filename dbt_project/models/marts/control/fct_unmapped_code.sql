select
    {{ surrogate_key(['source_system', 'object', 'kind', 'source_code']) }} as unmapped_code_sk,
    source_system,
    object,
    kind,
    case when kind <> 'person' then source_code end as source_code,
    unmapped_rows,
    amount,
    hours
from {{ ref('int_unmapped_codes') }}
