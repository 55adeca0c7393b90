select * from {{ source('pmo', 'mart_evm_period') }}
where {{ in_chosen_view() }}
