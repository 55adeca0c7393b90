-- Approved hours of the counted source, valued. The amount is hours x rate per person, project, period and rate, spread
-- over the entries by largest remainder, so that the entries add up to it.
with hours as (

    select *
    from {{ ref('int_hours') }}
    where is_counted_source and is_approved

),

rate_cards as (

    select
        person,
        role,
        currency,
        rate,
        valid_from,
        lead(valid_from) over (
            partition by coalesce(person, ''), case when person is null then role end
            order by valid_from
        ) as next_from
    from {{ ref('stg_reference__rate_cards') }}

),

parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

average_rates as (

    select
        from_currency,
        period,
        max(rate) as rate
    from {{ ref('int_fx_rates') }}
    where rate_type = 'average'
    group by from_currency, period

),

rated as (

    select
        hours.*,
        coalesce(person_rates.rate, role_rates.rate) as rate,
        coalesce(person_rates.currency, role_rates.currency) as rate_currency
    from hours
    left join rate_cards as person_rates
        on hours.person_match_code = person_rates.person
        and hours.work_date >= person_rates.valid_from
        and (hours.work_date < person_rates.next_from or person_rates.next_from is null)
    left join rate_cards as role_rates
        on person_rates.rate is null
        and role_rates.person is null
        and hours.rate_role = role_rates.role
        and hours.work_date >= role_rates.valid_from
        and (hours.work_date < role_rates.next_from or role_rates.next_from is null)

),

priced as (

    select
        rated.*,
        case
            when rated.rate_currency = parameters.reporting_currency then cast(1 as decimal(18, 10))
            else average_rates.rate
        end as booked_fx,
        case
            when rated.rate_currency = parameters.reporting_currency then cast(1 as decimal(18, 10))
            else budget_rates.rate
        end as budget_fx,
        {{ exact('rated.hours * rated.rate') }} as exact_tx
    from rated
    cross join parameters
    left join average_rates
        on rated.rate_currency = average_rates.from_currency
        and rated.period = average_rates.period
    left join {{ ref('int_budget_rates') }} as budget_rates
        on rated.rate_currency = budget_rates.currency
        and rated.fiscal_year = budget_rates.fiscal_year

),

exact_amounts as (

    select
        *,
        {{ exact('exact_tx * booked_fx') }} as exact_booked,
        {{ exact('exact_tx * budget_fx') }} as exact_budget
    from priced

),

{% set labour_group = [
    'person_match_code', 'project_code', 'period', 'rate', 'rate_currency', 'booked_fx', 'budget_fx'
] %}

ranked as (

    select
        *,
        {{ largest_remainder_rank('exact_tx', labour_group, ['work_date', 'timesheet_entry_sk']) }} as rank_tx,
        {{ largest_remainder_rank('exact_booked', labour_group, ['work_date', 'timesheet_entry_sk']) }} as rank_booked,
        {{ largest_remainder_rank('exact_budget', labour_group, ['work_date', 'timesheet_entry_sk']) }} as rank_budget
    from exact_amounts

)

select
    *,
    {{ largest_remainder('exact_tx', 'rank_tx', labour_group) }} as amount_tx,
    {{ largest_remainder('exact_booked', 'rank_booked', labour_group) }} as amount_booked,
    {{ largest_remainder('exact_budget', 'rank_budget', labour_group) }} as amount_budget
from ranked
