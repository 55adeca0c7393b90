-- int_actual_txns, summed as far as positions tell rows apart. Hours come from their sums per person and month; what a
-- close keeps out of today's hours is taken off, and what it holds of them instead is added.
with labour as (

    select
        bookings.project_code,
        bookings.cost_category,
        bookings.cost_origin,
        bookings.counts_in_consumed,
        categories.capex_opex,
        bookings.period_no,
        bookings.charge_period_no,
        bookings.first_work_date as first_dated_on,
        bookings.entries as txns,
        bookings.sign * bookings.hours as hours,
        {% for basis in ['booked', 'budget'] -%}
        bookings.sign * coalesce(bookings.amount_{{ basis }}, 0) as amount_{{ basis }},
        bookings.unrated_{{ basis }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('int_labour_bookings') }} as bookings
    left join {{ ref('stg_reference__cost_categories') }} as categories
        on bookings.cost_category = categories.cost_category

),

corrections as (

    select * from {{ ref('int_actual_txn_corrections') }}

),

other_rows as (

    select
        source_object, project_code, cost_category, cost_origin, is_posted, counts_in_consumed, capex_opex, period_no,
        charge_period_no, dated_on, hours, amount_booked, amount_budget, 1 as txns
    from {{ ref('int_actual_txns') }}
    where source_object <> 'timesheet_entries'
    union all
    select
        source_object, project_code, cost_category, cost_origin, is_posted, period_no is not null, capex_opex, period_no,
        charge_period_no, dated_on, hours, amount_booked, amount_budget, 1
    from corrections
    where source_object = 'timesheet_entries'
    union all
    select
        txns.source_object, txns.project_code, txns.cost_category, txns.cost_origin, txns.is_posted,
        txns.counts_in_consumed, coalesce(txns.capex_opex, categories.capex_opex), txns.period_no, txns.charge_period_no,
        txns.dated_on, txns.hours, txns.amount_booked, txns.amount_budget, -1
    from {{ ref('int_labour_txns') }} as txns
    left join {{ ref('stg_reference__cost_categories') }} as categories
        on txns.cost_category = categories.cost_category
    where txns.counts_in_consumed and txns.row_key in (select row_key from corrections)

),

summed as (

    select
        'timesheet_entries' as source_object, project_code, cost_category, cost_origin, false as is_posted,
        counts_in_consumed, capex_opex, period_no, charge_period_no, first_dated_on, txns, hours, amount_booked,
        amount_budget, unrated_booked, unrated_budget
    from labour
    union all
    select
        source_object, project_code, cost_category, cost_origin, is_posted, counts_in_consumed, capex_opex, period_no,
        charge_period_no, min(dated_on), sum(txns), sum(txns * coalesce(hours, 0)), sum(txns * coalesce(amount_booked, 0)),
        sum(txns * coalesce(amount_budget, 0)), sum(case when amount_booked is null then txns else 0 end),
        sum(case when amount_budget is null then txns else 0 end)
    from other_rows
    group by
        source_object, project_code, cost_category, cost_origin, is_posted, counts_in_consumed, capex_opex, period_no,
        charge_period_no

)

select
    source_object,
    project_code,
    cost_category,
    cost_origin,
    is_posted,
    counts_in_consumed,
    capex_opex,
    period_no,
    charge_period_no,
    min(first_dated_on) as first_dated_on,
    cast(sum(txns) as bigint) as txns,
    cast(sum(hours) as decimal(38, 10)) as hours,
    {% for basis in ['booked', 'budget'] -%}
    cast(sum(amount_{{ basis }}) as decimal(38, 2)) as amount_{{ basis }},
    cast(sum(unrated_{{ basis }}) as bigint) as unrated_{{ basis }}{% if not loop.last %},{% endif %}
    {% endfor %}
from summed
group by
    source_object, project_code, cost_category, cost_origin, is_posted, counts_in_consumed, capex_opex, period_no,
    charge_period_no
having sum(txns) <> 0
