-- Dense: every period from the project's first dated row to the as-of period, every category with a line or an amount,
-- both views, both currency bases.
with parameters as (

    select
        parameters.*,
        days.period_no as as_of_period_no
    from {{ ref('stg_control__run_parameters') }} as parameters
    inner join {{ ref('int_fiscal_days') }} as days
        on parameters.as_of = days.date_day

),

dated_rows as (

    select project_code, approved_on as dated_on from {{ ref('int_budget_versions') }}
    union all
    select project_code, ordered_on from {{ ref('int_order_lines') }}
    union all
    select project_code, received_on from {{ ref('int_receipts') }} where project_code is not null
    union all
    select project_code, first_dated_on from {{ ref('int_actual_txn_sums') }}
    union all
    select forecast.project_code, cutoffs.end_on
    from {{ ref('int_forecast_lines') }} as forecast
    inner join {{ ref('int_fiscal_periods') }} as cutoffs
        on forecast.cutoff_period = cutoffs.period

),

first_periods as (

    select
        dated_rows.project_code,
        min(days.period_no) as first_period_no
    from dated_rows
    inner join {{ ref('int_fiscal_days') }} as days
        on dated_rows.dated_on = days.date_day
    group by dated_rows.project_code

),

-- A row may be booked in an earlier period than its own date.
booked_periods as (

    select
        project_code,
        min(first_period_no) as first_period_no
    from (
        select
            project_code,
            case when charge_period_no < period_no then charge_period_no else period_no end as first_period_no
        from {{ ref('int_actual_txn_sums') }}
        union all
        select project_code, period_no from {{ ref('int_frozen_positions') }}
    ) as booked
    group by project_code

),

categories as (

    select project_code, cost_category from {{ ref('int_project_categories_declared') }}
    union
    select project_code, cost_category from {{ ref('int_actual_txn_sums') }}
    union
    select project_code, cost_category from {{ ref('int_frozen_positions') }}

),

views as (

    select 'as_reported' as view_name
    union all
    select 'restated'

),

bases as (

    select 'booked' as fx_basis
    union all
    select 'budget'

)

select
    categories.project_code,
    categories.cost_category,
    periods.period,
    periods.period_no,
    periods.start_on as period_start_on,
    periods.end_on as period_end_on,
    periods.end_on > parameters.as_of as is_partial_period,
    case when periods.end_on > parameters.as_of then parameters.as_of else periods.end_on end as cut_off_on,
    views.view_name,
    bases.fx_basis,
    parameters.reporting_currency as currency,
    parameters.as_of
from categories
inner join first_periods
    on categories.project_code = first_periods.project_code
left join booked_periods
    on categories.project_code = booked_periods.project_code
cross join parameters
inner join {{ ref('int_fiscal_periods') }} as periods
    on periods.period_no between
        least(first_periods.first_period_no, coalesce(booked_periods.first_period_no, first_periods.first_period_no))
        and parameters.as_of_period_no
cross join views
cross join bases
