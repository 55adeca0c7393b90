-- Posted less valued labour is price, hours and unexplained, to the cent, wherever it is known.
select *
from {{ ref('fct_labour_cost_recon') }}
where labour_rate_variance <> coalesce(price_variance, 0) + coalesce(hours_variance, 0) + unexplained
    or (unexplained is null) <> (unexplained_null_reason is not null)
    or (price_variance is null) <> (variance_split_null_reason is not null)
