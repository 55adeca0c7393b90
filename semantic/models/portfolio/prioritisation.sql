select * from {{ source('pmo', 'mart_portfolio_prioritisation') }}
