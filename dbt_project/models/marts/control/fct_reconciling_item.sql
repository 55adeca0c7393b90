with items as (

    select
        source,
        source_object,
        project_code,
        period_no,
        view_name,
        reason,
        currency,
        is_in_difference,
        needs_mending,
        count(*) as item_rows,
        sum(amount_tx) as amount_tx,
        count(*) - count(amount) as unrated_rows,
        sum(amount) as amount,
        min(place) as first_place
    from {{ ref('int_reconciling_items') }}
    group by
        source,
        source_object,
        project_code,
        period_no,
        view_name,
        reason,
        currency,
        is_in_difference,
        needs_mending

)

select
    {{ surrogate_key([
        'items.source', 'items.source_object', 'items.project_code', 'items.period_no', 'items.view_name',
        'items.reason', 'items.currency'
    ]) }} as reconciling_item_sk,
    items.source,
    items.source_object as object,
    projects.project_sk,
    items.project_code,
    projects.project_name,
    periods.period,
    periods.end_on as period_end_on,
    items.view_name as "view",
    items.reason,
    items.is_in_difference,
    items.needs_mending,
    cast(items.item_rows as bigint) as item_rows,
    cast(items.unrated_rows as bigint) as unrated_rows,
    cast(items.amount_tx as decimal(18, 2)) as amount_tx,
    items.currency as currency_tx,
    cast(items.amount as decimal(18, 2)) as amount,
    case when items.amount is null then 'no_rate' end as amount_null_reason,
    parameters.reporting_currency as currency,
    items.first_place,
    parameters.as_of
from items
cross join {{ ref('stg_control__run_parameters') }} as parameters
inner join {{ ref('dim_project') }} as projects
    on items.project_code = projects.project_code
    and projects.is_current
left join {{ ref('int_fiscal_periods') }} as periods
    on items.period_no = periods.period_no
