-- Invoices and postings in one shape: signed, resolved, with the period they are booked in and the one they belong to,
-- and the rate of record. Rows dated after the as-of date do not count yet.
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

invoices as (

    select
        'invoices' as source_object,
        invoice_no || '/' || line_no as source_id,
        project,
        cost_category,
        posted_on as dated_on,
        case invoice_type when 'credit' then -1 else 1 end as sign,
        amount,
        functional_amount,
        currency,
        case invoice_type
            when 'credit' then 'credit_note'
            when 'down_payment' then 'down_payment'
            else 'supplier_invoice'
        end as cost_origin,
        period as stated_period,
        cast(null as {{ dbt.type_string() }}) as stated_charge_period,
        cast(null as {{ dbt.type_string() }}) as person,
        capex_opex,
        order_no,
        order_line_no,
        is_final,
        paid_on,
        cast(null as decimal(18, 10)) as posted_hours,
        batch_id,
        source_path,
        source_sheet,
        source_place,
        source_row
    from {{ ref('stg_ledger__invoices') }}

),

postings as (

    select
        'postings' as source_object,
        posting_id as source_id,
        project,
        cost_category,
        posted_on as dated_on,
        1 as sign,
        amount,
        functional_amount,
        currency,
        case origin when 'labour' then 'ledger_labour' else origin end as cost_origin,
        period as stated_period,
        charge_period as stated_charge_period,
        person,
        capex_opex,
        cast(null as {{ dbt.type_string() }}) as order_no,
        cast(null as {{ dbt.type_string() }}) as order_line_no,
        false as is_final,
        cast(null as date) as paid_on,
        hours as posted_hours,
        batch_id,
        source_path,
        source_sheet,
        source_place,
        source_row
    from {{ ref('stg_ledger__postings') }}

),

ledger_lines as (

    select * from invoices
    union all
    select * from postings

),

placed as (

    select
        ledger_lines.*,
        {{ resolved_project() }} as project_code,
        coalesce(stated.period, days.period) as period,
        coalesce(stated.period_no, days.period_no) as period_no,
        days.period as own_period,
        days.period_no as own_period_no,
        charged.period as charged_period,
        charged.period_no as charged_period_no,
        case when stated.period is null then ledger_lines.stated_period end as unknown_period,
        case when charged.period is null then ledger_lines.stated_charge_period end as unknown_charge_period,
        {{ fiscal_year_label('days.fiscal_year') }} as fiscal_year,
        coalesce(person_codes.person_code, case when ledger_lines.person is not null then 'unmapped' end) as person_code,
        coalesce(person_codes.match_code, ledger_lines.person) as person_match_code
    from ledger_lines
    cross join parameters
    {{ join_project('ledger_lines', 'ledger') }}
    left join {{ ref('int_fiscal_days') }} as days
        on ledger_lines.dated_on = days.date_day
    left join {{ ref('int_fiscal_periods') }} as stated
        on ledger_lines.stated_period = stated.period
    left join {{ ref('int_fiscal_periods') }} as charged
        on ledger_lines.stated_charge_period = charged.period
    left join {{ ref('int_person_codes') }} as person_codes
        on person_codes.source_system = 'ledger'
        and ledger_lines.person = person_codes.source_code
    where ledger_lines.dated_on <= parameters.as_of

),

rated as (

    select
        placed.*,
        placed.currency = parameters.reporting_currency as is_reporting_currency,
        coalesce(spot.rate, average.rate) as booked_fx,
        budget_rates.rate as budget_fx
    from placed
    cross join parameters
    left join (
        select from_currency, valid_on, max(rate) as rate
        from {{ ref('int_fx_rates') }}
        where rate_type = 'spot'
        group by from_currency, valid_on
    ) as spot
        on placed.currency = spot.from_currency
        and placed.dated_on = spot.valid_on
    left join (
        select from_currency, period, max(rate) as rate
        from {{ ref('int_fx_rates') }}
        where rate_type = 'average'
        group by from_currency, period
    ) as average
        on placed.currency = average.from_currency
        and placed.period = average.period
    left join {{ ref('int_budget_rates') }} as budget_rates
        on placed.currency = budget_rates.currency
        and placed.fiscal_year = budget_rates.fiscal_year

)

select
    {{ surrogate_key(["'ledger'", 'source_object', 'source_id']) }} as ledger_line_sk,
    source_object,
    source_id,
    project as source_project,
    project_code,
    cost_category,
    cost_origin,
    dated_on,
    period,
    period_no,
    -- An invoice belongs to the period of its own date; a posting says where it belongs, else where it is booked.
    coalesce(case when source_object = 'invoices' then own_period else charged_period end, period) as charge_period,
    coalesce(case when source_object = 'invoices' then own_period_no else charged_period_no end, period_no)
        as charge_period_no,
    own_period is null as is_outside_calendar,
    unknown_period,
    unknown_charge_period,
    sign * amount as exact_amount_tx,
    {{ to_cents('sign * amount') }} as amount_tx,
    currency,
    {{ to_cents("sign * coalesce(functional_amount, case when is_reporting_currency then amount else amount * booked_fx end)") }}
        as amount_booked,
    {{ to_cents("sign * case when is_reporting_currency then amount else amount * budget_fx end") }} as amount_budget,
    person,
    person_code,
    person_match_code,
    capex_opex,
    order_no,
    order_line_no,
    is_final,
    paid_on,
    cast(posted_hours as decimal(18, 10)) as posted_hours,
    batch_id,
    source_path,
    source_sheet,
    source_place,
    source_row
from rated
