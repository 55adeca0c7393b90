select * from {{ source('pmo', 'mart_budget_position') }}
where {{ in_chosen_view() }} and {{ in_chosen_basis() }}
