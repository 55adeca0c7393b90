select
    {{ surrogate_key(['batch_id', 'source_row', 'place']) }} as quarantine_row_sk,
    replace(source, 'raw_', '') as source,
    object,
    path,
    sheet,
    place,
    column_name,
    rule,
    message,
    content,
    project as source_project,
    unit,
    cast(amount as decimal(28, 10)) as amount,
    batch_id
from {{ ref('int_standing_quarantine') }}
