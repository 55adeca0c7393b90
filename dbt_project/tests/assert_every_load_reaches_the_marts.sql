-- From file to landing to marts nothing is lost, in rows and in amounts.
select *
from {{ ref('fct_load_control_total') }}
where difference_rows <> 0
    or difference <> 0
    or mart_difference_rows <> 0
    or mart_difference <> 0
