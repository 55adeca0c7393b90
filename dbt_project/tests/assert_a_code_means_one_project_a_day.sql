select
    one.source_system,
    one.source_id,
    one.valid_from,
    other.valid_from as other_valid_from
from {{ ref('xwalk_project') }} as one
inner join {{ ref('xwalk_project') }} as other
    on one.source_system = other.source_system
    and one.source_id = other.source_id
    and one.xwalk_project_sk <> other.xwalk_project_sk
    and one.valid_from <= other.valid_to
    and other.valid_from <= one.valid_to
