-- Posted cost and unposted labour, cumulative to each period's end. A sum that contains an amount without a rate is
-- null; hours without a rate are in it until their accrual is reversed. What is known of such a sum stands beside it.
with txns as (

    select
        project_code,
        cost_category,
        period_no,
        charge_period_no,
        {% for basis in ['booked', 'budget'] -%}
        sum(case when is_posted then amount_{{ basis }} else 0 end) as posted_{{ basis }},
        sum(case when is_posted then 0 else amount_{{ basis }} end) as accrued_labour_{{ basis }},
        sum(case when capex_opex = 'capex' then amount_{{ basis }} else 0 end) as capex_{{ basis }},
        sum(case when capex_opex = 'opex' then amount_{{ basis }} else 0 end) as opex_{{ basis }},
        sum(case when source_object = 'invoices' then amount_{{ basis }} else 0 end) as invoiced_{{ basis }},
        sum(case when is_posted then unrated_{{ basis }} else 0 end) as unrated_posted_{{ basis }},
        sum(case
            when is_posted then 0
            when cost_origin = 'unposted_labour_reversal' then -unrated_{{ basis }}
            else unrated_{{ basis }}
        end) as unrated_labour_{{ basis }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('int_actual_txn_sums') }}
    where counts_in_consumed and cost_origin not in ('grni', 'grni_timing')
    group by
        project_code,
        cost_category,
        period_no,
        charge_period_no

),

paid as (

    select
        lines.project_code,
        lines.cost_category,
        days.period_no,
        sum(lines.amount_booked) as paid_booked,
        sum(lines.amount_budget) as paid_budget,
        sum(case when lines.amount_booked is null then 1 else 0 end) as unrated_booked,
        sum(case when lines.amount_budget is null then 1 else 0 end) as unrated_budget
    from {{ ref('int_ledger_lines') }} as lines
    cross join {{ ref('stg_control__run_parameters') }} as parameters
    inner join {{ ref('int_fiscal_days') }} as days
        on lines.paid_on = days.date_day
    where lines.source_object = 'invoices' and lines.paid_on <= parameters.as_of
    group by
        lines.project_code,
        lines.cost_category,
        days.period_no

),

-- `paid` is known for a project once its ledger says of any invoice that it was paid.
paying_projects as (

    select distinct project_code from paid

),

by_view as (

    {% for view_name, period_column in [('as_reported', 'period_no'), ('restated', 'charge_period_no')] -%}
    {% for basis in ['booked', 'budget'] -%}
    select
        project_code,
        cost_category,
        {{ period_column }} as period_no,
        '{{ view_name }}' as view_name,
        '{{ basis }}' as fx_basis,
        {% for measure in ['posted', 'accrued_labour', 'capex', 'opex', 'invoiced'] -%}
        sum({{ measure }}_{{ basis }}) as {{ measure }},
        {% endfor -%}
        cast(0 as decimal(18, 2)) as paid,
        sum(unrated_posted_{{ basis }}) as unrated_posted,
        sum(unrated_labour_{{ basis }}) as unrated_labour,
        0 as unrated_paid
    from txns
    group by
        project_code,
        cost_category,
        {{ period_column }}
    union all
    select
        project_code, cost_category, period_no, '{{ view_name }}', '{{ basis }}', 0, 0, 0, 0, 0, paid_{{ basis }},
        0, 0, unrated_{{ basis }}
    from paid
    {% if not (loop.last and view_name == 'restated') %}union all{% endif %}
    {% endfor -%}
    {% endfor %}

),

movements as (

    select
        project_code,
        cost_category,
        period_no,
        view_name,
        fx_basis,
        {% for measure in [
            'posted', 'accrued_labour', 'capex', 'opex', 'invoiced', 'paid',
            'unrated_posted', 'unrated_labour', 'unrated_paid'
        ] -%}
        sum({{ measure }}) as {{ measure }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from by_view
    group by
        project_code,
        cost_category,
        period_no,
        view_name,
        fx_basis

),

cumulative as (

    select
        grid.project_code,
        grid.cost_category,
        grid.period_no,
        grid.view_name,
        grid.fx_basis,
        {% for measure in [
            'posted', 'accrued_labour', 'capex', 'opex', 'invoiced', 'paid',
            'unrated_posted', 'unrated_labour', 'unrated_paid'
        ] -%}
        sum(coalesce(movements.{{ measure }}, 0)) over (
            partition by grid.project_code, grid.cost_category, grid.view_name, grid.fx_basis
            order by grid.period_no rows between unbounded preceding and current row
        ) as {{ measure }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('int_position_grid') }} as grid
    left join movements
        on grid.project_code = movements.project_code
        and grid.cost_category = movements.cost_category
        and grid.period_no = movements.period_no
        and grid.view_name = movements.view_name
        and grid.fx_basis = movements.fx_basis

),

commitments as (

    {% for basis in ['booked', 'budget'] -%}
    select
        project_code,
        cost_category,
        period_no,
        view_name,
        '{{ basis }}' as fx_basis,
        {% for measure in ['open', 'grni', 'pre_committed', 'over_invoiced'] -%}
        case when count(*) = count({{ measure }}_{{ basis }}) then sum({{ measure }}_{{ basis }}) end as {{ measure }},
        {% endfor -%}
        max(case when is_closing_rate_fallback then 1 else 0 end) as closing_rate_fallbacks
    from {{ ref('int_order_line_periods') }}
    group by
        project_code,
        cost_category,
        period_no,
        view_name
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

joined as (

    select
        cumulative.*,
        paying_projects.project_code is not null as is_paid_known,
        categories.capex_opex as category_treatment,
        {% for measure in ['open', 'grni', 'pre_committed', 'over_invoiced'] -%}
        case when commitments.project_code is null then cast(0 as decimal(18, 2)) else commitments.{{ measure }} end
            as {{ measure }},
        {% endfor -%}
        coalesce(commitments.closing_rate_fallbacks, 0) > 0 as has_closing_rate_fallback
    from cumulative
    left join commitments
        on cumulative.project_code = commitments.project_code
        and cumulative.cost_category = commitments.cost_category
        and cumulative.period_no = commitments.period_no
        and cumulative.view_name = commitments.view_name
        and cumulative.fx_basis = commitments.fx_basis
    left join paying_projects
        on cumulative.project_code = paying_projects.project_code
    left join {{ ref('stg_reference__cost_categories') }} as categories
        on cumulative.cost_category = categories.cost_category

)

select
    project_code,
    cost_category,
    period_no,
    view_name,
    fx_basis,
    case when unrated_posted = 0 then cast(posted as decimal(18, 2)) end as consumed_posted,
    case when unrated_labour = 0 then cast(accrued_labour + grni as decimal(18, 2)) end as consumed_accrued,
    case
        when unrated_posted = 0 and unrated_labour = 0 then cast(posted + accrued_labour + grni as decimal(18, 2))
    end as consumed,
    cast(posted + accrued_labour + grni as decimal(18, 2)) as consumed_so_far_known,
    case
        when unrated_posted = 0 and unrated_labour = 0
            then cast(capex + case when category_treatment = 'capex' then grni else 0 end as decimal(18, 2))
    end as consumed_capex,
    case
        when unrated_posted = 0 and unrated_labour = 0
            then cast(opex + case when category_treatment = 'opex' then grni else 0 end as decimal(18, 2))
    end as consumed_opex,
    cast(open as decimal(18, 2)) as committed_open,
    cast(pre_committed as decimal(18, 2)) as pre_committed,
    cast(over_invoiced as decimal(18, 2)) as over_invoiced_amount,
    case when unrated_posted = 0 then cast(invoiced as decimal(18, 2)) end as invoiced,
    case when is_paid_known and unrated_paid = 0 then cast(paid as decimal(18, 2)) end as paid,
    is_paid_known,
    has_closing_rate_fallback
from joined
