-- Orders, receipts, invoices and payments of each vendor in each project, at each period's end.
{% set views = [('as_reported', 'period_no'), ('restated', 'charge_period_no')] %}
with parameters as (

    select
        parameters.*,
        days.period_no as as_of_period_no
    from {{ ref('stg_control__run_parameters') }} as parameters
    inner join {{ ref('int_fiscal_days') }} as days
        on parameters.as_of = days.date_day

),

order_lines as (

    select
        lines.*,
        coalesce(vendors.vendor_name, 'unassigned') as vendor_name
    from {{ ref('int_order_lines') }} as lines
    left join {{ ref('int_vendor_names') }} as vendors
        on lines.vendor = vendors.vendor

),

single_vendors as (

    select
        order_no,
        min(vendor_name) as vendor_name
    from order_lines
    group by order_no
    having min(vendor_name) = max(vendor_name)

),

-- An invoice has no vendor of its own: it has that of the order it names.
invoice_vendors as (

    select
        lines.source_id,
        coalesce(order_lines.vendor_name, single_vendors.vendor_name, 'unassigned') as vendor_name
    from {{ ref('int_ledger_lines') }} as lines
    left join order_lines
        on lines.order_no = order_lines.order_no
        and lines.order_line_no = order_lines.line_no
    left join single_vendors
        on lines.order_no = single_vendors.order_no
    where lines.source_object = 'invoices'

),

ordered_deltas as (

    {% for view_name, period_column in views -%}
    select
        order_lines.vendor_name,
        order_lines.project_code,
        order_lines.currency,
        case when order_lines.currency <> parameters.reporting_currency then order_lines.fiscal_year end as fiscal_year,
        '{{ view_name }}' as view_name,
        events.{{ period_column }} as period_no,
        sum(case when order_lines.status <> 'requisition' then events.ordered_delta else 0 end) as ordered_tx,
        sum(events.received_delta) as received_tx
    from {{ ref('int_order_line_events') }} as events
    inner join order_lines
        on events.order_line_sk = order_lines.order_line_sk
    cross join parameters
    where events.{{ period_column }} <= parameters.as_of_period_no
    group by
        order_lines.vendor_name,
        order_lines.project_code,
        order_lines.currency,
        case when order_lines.currency <> parameters.reporting_currency then order_lines.fiscal_year end,
        events.{{ period_column }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

invoiced_deltas as (

    {% for view_name, period_column in views -%}
    select
        coalesce(invoice_vendors.vendor_name, 'unassigned') as vendor_name,
        txns.project_code,
        '{{ view_name }}' as view_name,
        txns.{{ period_column }} as period_no,
        txns.amount_booked as invoiced_booked,
        txns.amount_budget as invoiced_budget,
        cast(0 as decimal(18, 2)) as paid_booked,
        cast(0 as decimal(18, 2)) as paid_budget
    from {{ ref('int_actual_txns') }} as txns
    cross join parameters
    left join invoice_vendors
        on txns.source_id = invoice_vendors.source_id
    where txns.source_object = 'invoices'
        and txns.counts_in_consumed
        and txns.{{ period_column }} <= parameters.as_of_period_no
    union all
    select
        invoice_vendors.vendor_name,
        lines.project_code,
        '{{ view_name }}',
        days.period_no,
        0,
        0,
        lines.amount_booked,
        lines.amount_budget
    from {{ ref('int_ledger_lines') }} as lines
    inner join invoice_vendors
        on lines.source_id = invoice_vendors.source_id
    cross join parameters
    inner join {{ ref('int_fiscal_days') }} as days
        on lines.paid_on = days.date_day
    where lines.source_object = 'invoices' and lines.paid_on <= parameters.as_of
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

paying_projects as (

    select distinct lines.project_code
    from {{ ref('int_ledger_lines') }} as lines
    cross join parameters
    where lines.source_object = 'invoices' and lines.paid_on <= parameters.as_of

),

-- From here on a vendor in a project is a number: there are many periods, and text is dear to compare.
pairs as (

    select
        vendor_name,
        project_code,
        min(period_no) as first_period_no,
        row_number() over (order by vendor_name, project_code) as pair_no
    from (
        select vendor_name, project_code, period_no from ordered_deltas
        union all
        select vendor_name, project_code, period_no from invoiced_deltas
    ) as dated
    group by
        vendor_name,
        project_code

),

grid as (

    select
        pairs.pair_no,
        periods.period_no,
        views.view_name
    from pairs
    cross join parameters
    inner join {{ ref('int_fiscal_periods') }} as periods
        on periods.period_no between pairs.first_period_no and parameters.as_of_period_no
    cross join (
        {% for view_name, _ in views -%}
        select '{{ view_name }}' as view_name
        {% if not loop.last %}union all{% endif %}
        {% endfor %}
    ) as views

),

currencies as (

    select
        vendor_name,
        project_code,
        currency,
        fiscal_year,
        row_number() over (order by vendor_name, project_code, currency, fiscal_year) as currency_no
    from ordered_deltas
    group by
        vendor_name,
        project_code,
        currency,
        fiscal_year

),

currency_deltas as (

    select
        currencies.currency_no,
        deltas.period_no,
        deltas.view_name,
        deltas.ordered_tx,
        deltas.received_tx
    from ordered_deltas as deltas
    inner join currencies
        on deltas.vendor_name = currencies.vendor_name
        and deltas.project_code = currencies.project_code
        and deltas.currency = currencies.currency
        and coalesce(deltas.fiscal_year, '') = coalesce(currencies.fiscal_year, '')

),

ordered_cumulative as (

    select
        grid.pair_no,
        grid.period_no,
        grid.view_name,
        currencies.currency,
        currencies.fiscal_year,
        {% for measure in ['ordered', 'received'] -%}
        sum(coalesce(deltas.{{ measure }}_tx, 0)) over (
            partition by currencies.currency_no, grid.view_name
            order by grid.period_no rows between unbounded preceding and current row
        ) as {{ measure }}_tx{% if not loop.last %},{% endif %}
        {% endfor %}
    from grid
    inner join pairs
        on grid.pair_no = pairs.pair_no
    inner join currencies
        on pairs.vendor_name = currencies.vendor_name
        and pairs.project_code = currencies.project_code
    left join currency_deltas as deltas
        on currencies.currency_no = deltas.currency_no
        and grid.period_no = deltas.period_no
        and grid.view_name = deltas.view_name

),

ordered_rated as (

    select
        cumulative.*,
        coalesce(frozen_rates.rate, closing_rates.rate) as booked_fx,
        case
            when cumulative.currency = parameters.reporting_currency then cast(1 as decimal(18, 10))
            else budget_rates.rate
        end as budget_fx
    from ordered_cumulative as cumulative
    cross join parameters
    left join {{ ref('int_closing_rates') }} as closing_rates
        on cumulative.currency = closing_rates.currency
        and cumulative.period_no = closing_rates.period_no
    -- What was ordered and received by the end of a closed period stays at the rate at which it was reported.
    left join {{ ref('int_frozen_closing_rates') }} as frozen_rates
        on cumulative.currency = frozen_rates.currency
        and cumulative.period_no = frozen_rates.period_no
        and cumulative.view_name = 'as_reported'
    left join {{ ref('int_budget_rates') }} as budget_rates
        on cumulative.currency = budget_rates.currency
        and cumulative.fiscal_year = budget_rates.fiscal_year

),

ordered as (

    select
        pair_no,
        period_no,
        view_name,
        {% for basis in ['booked', 'budget'] -%}
        {% for measure in ['ordered', 'received'] -%}
        sum({{ cents_at_rate(measure ~ '_tx', basis ~ '_fx') }}) as {{ measure }}_{{ basis }},
        {% endfor -%}
        sum(case when {{ basis }}_fx is null and (ordered_tx <> 0 or received_tx <> 0) then 1 else 0 end)
            as unrated_{{ basis }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from ordered_rated
    group by
        pair_no,
        period_no,
        view_name

),

invoiced_movements as (

    select
        pairs.pair_no,
        deltas.view_name,
        deltas.period_no,
        {% for basis in ['booked', 'budget'] -%}
        {% for measure in ['invoiced', 'paid'] -%}
        sum(deltas.{{ measure }}_{{ basis }}) as {{ measure }}_{{ basis }},
        sum(case when deltas.{{ measure }}_{{ basis }} is null then 1 else 0 end) as unrated_{{ measure }}_{{ basis }}{% if not (loop.last and basis == 'budget') %},{% endif %}
        {% endfor -%}
        {% endfor %}
    from invoiced_deltas as deltas
    inner join pairs
        on deltas.vendor_name = pairs.vendor_name
        and deltas.project_code = pairs.project_code
    group by
        pairs.pair_no,
        deltas.view_name,
        deltas.period_no

),

invoiced as (

    select
        grid.pair_no,
        grid.period_no,
        grid.view_name,
        {% for basis in ['booked', 'budget'] -%}
        {% for measure in ['invoiced', 'paid', 'unrated_invoiced', 'unrated_paid'] -%}
        sum(coalesce(movements.{{ measure }}_{{ basis }}, 0)) over (
            partition by grid.pair_no, grid.view_name
            order by grid.period_no rows between unbounded preceding and current row
        ) as {{ measure }}_{{ basis }}{% if not (loop.last and basis == 'budget') %},{% endif %}
        {% endfor -%}
        {% endfor %}
    from grid
    left join invoiced_movements as movements
        on grid.pair_no = movements.pair_no
        and grid.period_no = movements.period_no
        and grid.view_name = movements.view_name

),

commitments as (

    select
        pairs.pair_no,
        snapshots.period_no,
        snapshots.view_name,
        {% for basis in ['booked', 'budget'] -%}
        {% for measure in ['open', 'grni', 'over_invoiced'] -%}
        case when count(*) = count(snapshots.{{ measure }}_{{ basis }}) then sum(snapshots.{{ measure }}_{{ basis }}) end
            as {{ measure }}_{{ basis }}{% if not (loop.last and basis == 'budget') %},{% endif %}
        {% endfor -%}
        {% endfor %}
    from {{ ref('int_order_line_periods') }} as snapshots
    inner join order_lines
        on snapshots.order_line_sk = order_lines.order_line_sk
    inner join pairs
        on order_lines.vendor_name = pairs.vendor_name
        and snapshots.project_code = pairs.project_code
    group by
        pairs.pair_no,
        snapshots.period_no,
        snapshots.view_name

),

measured as (

    select
        invoiced.*,
        {% for basis in ['booked', 'budget'] -%}
        {% for measure in ['ordered', 'received'] -%}
        case
            when ordered.pair_no is null then 0
            when ordered.unrated_{{ basis }} = 0 then ordered.{{ measure }}_{{ basis }}
        end as {{ measure }}_{{ basis }},
        {% endfor -%}
        {% for measure in ['open', 'grni', 'over_invoiced'] -%}
        case when commitments.pair_no is null then 0 else commitments.{{ measure }}_{{ basis }} end
            as {{ measure }}_{{ basis }}{% if not (loop.last and basis == 'budget') %},{% endif %}
        {% endfor -%}
        {% endfor %}
    from invoiced
    left join ordered
        on invoiced.pair_no = ordered.pair_no
        and invoiced.period_no = ordered.period_no
        and invoiced.view_name = ordered.view_name
    left join commitments
        on invoiced.pair_no = commitments.pair_no
        and invoiced.period_no = commitments.period_no
        and invoiced.view_name = commitments.view_name

),

final as (

    {% for basis in ['booked', 'budget'] -%}
    select
        pairs.vendor_name as vendor,
        pairs.project_code,
        measured.period_no,
        measured.view_name,
        '{{ basis }}' as fx_basis,
        measured.ordered_{{ basis }} as ordered,
        measured.received_{{ basis }} as received,
        case when measured.unrated_invoiced_{{ basis }} = 0 then measured.invoiced_{{ basis }} end as invoiced,
        case
            when paying_projects.project_code is not null and measured.unrated_paid_{{ basis }} = 0
                then measured.paid_{{ basis }}
        end as paid,
        paying_projects.project_code is not null as is_paid_known,
        measured.open_{{ basis }} as committed_open,
        measured.grni_{{ basis }} as received_not_invoiced,
        measured.over_invoiced_{{ basis }} as over_invoiced_amount
    from measured
    inner join pairs
        on measured.pair_no = pairs.pair_no
    left join paying_projects
        on pairs.project_code = paying_projects.project_code
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    {{ surrogate_key(['final.vendor', 'final.project_code', 'periods.period', 'final.view_name', 'final.fx_basis']) }}
        as vendor_position_sk,
    final.vendor,
    projects.project_sk,
    final.project_code,
    projects.project_name,
    periods.period,
    periods.end_on as period_end_on,
    final.view_name as "view",
    final.fx_basis,
    parameters.reporting_currency as currency,
    parameters.as_of,
    periods.end_on > parameters.as_of as is_partial_period,
    cast(final.ordered as decimal(18, 2)) as ordered,
    cast(final.received as decimal(18, 2)) as received,
    case when final.ordered is null then 'no_rate' end as ordered_null_reason,
    cast(final.committed_open as decimal(18, 2)) as committed_open,
    cast(final.received_not_invoiced as decimal(18, 2)) as received_not_invoiced,
    cast(final.over_invoiced_amount as decimal(18, 2)) as over_invoiced_amount,
    case
        when final.committed_open is null or final.received_not_invoiced is null or final.over_invoiced_amount is null
            then 'no_rate'
    end as commitment_null_reason,
    cast(final.invoiced as decimal(18, 2)) as invoiced,
    case when final.invoiced is null then 'no_rate' end as invoiced_null_reason,
    cast(final.paid as decimal(18, 2)) as paid,
    cast(final.invoiced - final.paid as decimal(18, 2)) as to_pay,
    case
        when not final.is_paid_known then 'not_supplied'
        when final.paid is null then 'no_rate'
    end as paid_null_reason
from final
cross join parameters
inner join {{ ref('int_fiscal_periods') }} as periods
    on final.period_no = periods.period_no
inner join {{ ref('dim_project') }} as projects
    on final.project_code = projects.project_code
    and projects.is_current
