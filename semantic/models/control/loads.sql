select * from {{ source('pmo', 'fct_load_control_total') }} where is_current_load
