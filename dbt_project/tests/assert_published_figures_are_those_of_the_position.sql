-- Over its categories the position is what the release publishes of it, and what it does not say has a reason.
with positions as (

    select
        project_code,
        "view",
        fx_basis,
        sum(consumed) as consumed,
        count(*) - count(consumed) as unknown
    from {{ ref('mart_budget_position') }}
    where as_of <= period_end_on
    group by project_code, "view", fx_basis

)

select figures.published_figure_sk
from {{ ref('fct_published_snapshot') }} as figures
left join positions
    on figures.project_code = positions.project_code
    and figures."view" = positions."view"
    and figures.fx_basis = positions.fx_basis
where figures.is_this_release
    and figures.mart = 'mart_budget_position'
    and (
        positions.project_code is null
        or (figures."value" is null) <> (figures.null_reason is not null)
        or figures.null_reason = 'unknown'
        or (figures.measure = 'consumed' and positions.unknown = 0 and figures."value" <> positions.consumed)
    )
