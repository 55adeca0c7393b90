-- Approved hours of the counted source with their exact amounts.
{{ config(materialized='view') }}
select
    *,
    {{ exact_at_rate('exact_tx', 'booked_fx') }} as exact_booked,
    {{ exact_at_rate('exact_tx', 'budget_fx') }} as exact_budget
from {{ ref('int_hours') }}
where is_counted_source and is_approved
