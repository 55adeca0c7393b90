with current_rows as (

    {{ current_rows('raw_register', 'benefits', key=['project', 'benefit', 'period']) }}

)

select
    project,
    benefit,
    period,
    planned,
    currency,
    realised,
    coalesce(validated, false) as is_validated,
    class as benefit_class,
    measure,
    {{ lineage() }}
from current_rows
