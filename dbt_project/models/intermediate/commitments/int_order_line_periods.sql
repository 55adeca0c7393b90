-- The state of an order line at each period's end, in the order's currency and in the reporting currency on both bases;
-- only periods in which something is open, accrued, requisitioned or over-invoiced. As reported, a closed period holds
-- what it held when it was closed.
with parameters as (

    select
        parameters.*,
        days.period_no as as_of_period_no
    from {{ ref('stg_control__run_parameters') }} as parameters
    inner join {{ ref('int_fiscal_days') }} as days
        on parameters.as_of = days.date_day

),

events as (

    select
        order_line_sk, 'as_reported' as view_name, period_no,
        ordered_delta, received_delta, invoiced_delta, final_delta, ended_delta
    from {{ ref('int_order_line_events') }}
    where period_no is not null
    union all
    select
        order_line_sk, 'restated', charge_period_no,
        ordered_delta, received_delta, invoiced_delta, final_delta, ended_delta
    from {{ ref('int_order_line_events') }}
    where charge_period_no is not null

),

by_period as (

    select
        order_line_sk,
        view_name,
        period_no,
        sum(ordered_delta) as ordered_delta,
        sum(received_delta) as received_delta,
        sum(invoiced_delta) as invoiced_delta,
        sum(final_delta) as final_delta,
        sum(ended_delta) as ended_delta
    from events
    group by order_line_sk, view_name, period_no

),

cumulative as (

    select
        order_line_sk,
        view_name,
        period_no,
        {% for measure in ['ordered', 'received', 'invoiced', 'final', 'ended'] -%}
        sum({{ measure }}_delta) over (
            partition by order_line_sk, view_name order by period_no rows between unbounded preceding and current row
        ) as {{ measure }}_cum,
        {% endfor -%}
        lead(period_no) over (partition by order_line_sk, view_name order by period_no) as next_period_no
    from by_period

),

states as (

    select
        cumulative.*,
        order_lines.project_code,
        order_lines.cost_category,
        order_lines.currency,
        order_lines.fiscal_year,
        order_lines.order_no,
        order_lines.line_no,
        order_lines.vendor,
        order_lines.status as order_status,
        coalesce(cumulative.next_period_no - 1, parameters.as_of_period_no) as last_period_no,
        case
            when order_lines.status = 'requisition' or cumulative.ended_cum > 0 or cumulative.final_cum > 0 then 0
            else greatest(
                0, cumulative.ordered_cum - greatest(cumulative.invoiced_cum, cumulative.received_cum)
            )
        end as open_tx,
        case
            when (order_lines.status = 'cancelled' and cumulative.ended_cum > 0) or cumulative.final_cum > 0 then 0
            else greatest(0, cumulative.received_cum - cumulative.invoiced_cum)
        end as grni_tx,
        case
            when order_lines.status = 'requisition' then cumulative.ordered_cum
            else 0
        end as pre_committed_tx,
        case
            when order_lines.status = 'requisition' then 0
            else greatest(0, cumulative.invoiced_cum - greatest(0, cumulative.ordered_cum))
        end as over_invoiced_tx
    from cumulative
    inner join {{ ref('int_order_lines') }} as order_lines
        on cumulative.order_line_sk = order_lines.order_line_sk
    cross join parameters

),

rated as (

    select
        states.*,
        periods.period,
        periods.period_no as at_period_no,
        closing_rates.rate as booked_fx,
        coalesce(closing_rates.is_fallback, false) as is_closing_rate_fallback,
        case
            when states.currency = parameters.reporting_currency then cast(1 as decimal(18, 10))
            else budget_rates.rate
        end as budget_fx
    from states
    cross join parameters
    inner join {{ ref('int_fiscal_periods') }} as periods
        on periods.period_no between states.period_no and states.last_period_no
        and periods.period_no <= parameters.as_of_period_no
    left join {{ ref('int_closing_rates') }} as closing_rates
        on states.currency = closing_rates.currency
        and periods.period_no = closing_rates.period_no
    left join {{ ref('int_budget_rates') }} as budget_rates
        on states.currency = budget_rates.currency
        and states.fiscal_year = budget_rates.fiscal_year
    where states.open_tx <> 0
        or states.grni_tx <> 0
        or states.pre_committed_tx <> 0
        or states.over_invoiced_tx <> 0

)

select
    order_line_sk,
    view_name,
    order_no,
    line_no,
    vendor,
    order_status,
    project_code,
    cost_category,
    currency,
    period,
    at_period_no as period_no,
    ordered_cum as ordered_tx,
    received_cum as received_tx,
    invoiced_cum as invoiced_tx,
    is_closing_rate_fallback,
    {% for measure in ['open', 'grni', 'pre_committed', 'over_invoiced'] -%}
    {{ measure }}_tx,
    {{ cents_at_rate(measure ~ '_tx', 'booked_fx') }}
        as {{ measure }}_booked,
    {{ cents_at_rate(measure ~ '_tx', 'budget_fx') }}
        as {{ measure }}_budget{% if not loop.last %},{% endif %}
    {% endfor %}
from rated
cross join {{ ref('int_closing') }} as closing
where not (rated.view_name = 'as_reported' and rated.at_period_no <= closing.closed_through_no)
union all
select
    order_line_sk,
    'as_reported',
    order_no,
    line_no,
    vendor,
    order_status,
    project_code,
    cost_category,
    currency,
    period,
    period_no,
    ordered_tx,
    received_tx,
    invoiced_tx,
    is_closing_rate_fallback,
    {% for measure in ['open', 'grni', 'pre_committed', 'over_invoiced'] -%}
    {{ measure }}_tx,
    {{ measure }}_booked,
    {{ measure }}_budget{% if not loop.last %},{% endif %}
    {% endfor %}
from {{ ref('int_frozen_order_line_periods') }}
