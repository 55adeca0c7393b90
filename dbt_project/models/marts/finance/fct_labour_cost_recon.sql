-- Posted labour against hours at the rate card. A posting that names no person is compared for the whole project.
with postings as (

    select
        project_code,
        person_match_code,
        charge_period_no,
        posted_hours,
        amount_booked
    from {{ ref('int_ledger_lines') }}
    where cost_origin = 'ledger_labour'

),

unnamed as (

    select distinct
        project_code,
        charge_period_no
    from postings
    where person_match_code is null

),

named as (

    select distinct
        project_code,
        person_match_code,
        charge_period_no
    from postings

),

movements as (

    select
        valued.project_code,
        case when unnamed.project_code is null then valued.person_match_code end as person_match_code,
        valued.period_no,
        valued.hours,
        coalesce(valued.amount_booked, 0) as valued_amount,
        valued.unrated_booked as unvalued,
        cast(null as decimal(18, 10)) as hours_posted,
        cast(null as decimal(18, 2)) as posted_amount,
        0 as postings,
        0 as postings_with_hours,
        0 as unrated_postings
    from {{ ref('int_labour_months') }} as valued
    left join unnamed
        on valued.project_code = unnamed.project_code
        and valued.period_no = unnamed.charge_period_no
    left join named
        on valued.project_code = named.project_code
        and valued.person_match_code = named.person_match_code
        and valued.period_no = named.charge_period_no
    -- A contractor's hours are paid by invoice, unless the ledger posts them as labour.
    where not valued.is_contractor or named.project_code is not null
    union all
    select
        postings.project_code,
        case when unnamed.project_code is null then postings.person_match_code end,
        postings.charge_period_no,
        0,
        0,
        0,
        postings.posted_hours,
        postings.amount_booked,
        1,
        case when postings.posted_hours is null then 0 else 1 end,
        case when postings.amount_booked is null then 1 else 0 end
    from postings
    left join unnamed
        on postings.project_code = unnamed.project_code
        and postings.charge_period_no = unnamed.charge_period_no

),

compared as (

    select
        project_code,
        person_match_code,
        period_no,
        sum(hours) as hours,
        case when sum(unvalued) = 0 then sum(valued_amount) end as valued_amount,
        case when sum(postings) = sum(postings_with_hours) then sum(hours_posted) end as hours_posted,
        case when sum(unrated_postings) = 0 then sum(posted_amount) end as posted_amount,
        sum(postings) as postings,
        sum(postings_with_hours) as postings_with_hours,
        sum(sum(hours)) over (partition by project_code) as project_hours
    from movements
    group by
        project_code,
        person_match_code,
        period_no

),

explained as (

    select
        *,
        posted_amount - valued_amount as variance,
        case
            when postings = 0 then 'not_posted'
            when posted_amount is null or valued_amount is null then 'no_rate'
        end as variance_null_reason,
        case
            when postings = 0 then 'not_posted'
            when postings_with_hours = 0 then 'not_supplied'
            when postings_with_hours < postings then 'partly_supplied'
        end as hours_posted_null_reason
    from compared

),

reasoned as (

    select
        *,
        case
            when variance_null_reason is not null then variance_null_reason
            when project_hours = 0 then 'no_timesheets'
            when hours = 0 then 'no_hours'
            when hours_posted_null_reason = 'partly_supplied' then 'partly_supplied'
        end as split_null_reason
    from explained

),

split as (

    select
        *,
        -- A posting settles all hours of its charge period, as it reverses their accrual: without hours of its own it
        -- posts just those, and what it differs by is price.
        case
            when split_null_reason is not null then null
            when hours_posted is null then cast(0 as decimal(18, 2))
            else {{ to_cents('cast((hours_posted - hours) * valued_amount / hours as decimal(28, 6))') }}
        end as hours_variance
    from reasoned

)

select
    {{ surrogate_key(['split.project_code', 'persons.person_sk', 'split.period_no']) }}
        as labour_cost_recon_sk,
    projects.project_sk,
    split.project_code,
    projects.project_name,
    persons.person_sk,
    periods.period,
    cast(split.hours as decimal(18, 4)) as hours,
    cast(split.hours_posted as decimal(18, 4)) as hours_posted,
    split.hours_posted_null_reason,
    cast(split.valued_amount as decimal(18, 2)) as valued_amount,
    cast(split.posted_amount as decimal(18, 2)) as posted_amount,
    cast(split.variance as decimal(18, 2)) as labour_rate_variance,
    split.variance_null_reason as labour_rate_variance_null_reason,
    cast(split.variance - split.hours_variance as decimal(18, 2)) as price_variance,
    split.hours_variance,
    split.split_null_reason as variance_split_null_reason,
    cast(
        case
            when split.split_null_reason is null then 0
            when split.split_null_reason in ('no_hours', 'partly_supplied') then split.variance
        end as decimal(18, 2)
    ) as unexplained,
    case
        when split.split_null_reason not in ('no_hours', 'partly_supplied') then split.split_null_reason
    end as unexplained_null_reason,
    parameters.reporting_currency as currency
from split
cross join {{ ref('stg_control__run_parameters') }} as parameters
left join {{ ref('int_person_pseudonyms') }} as persons
    on split.person_match_code = persons.match_code
inner join {{ ref('int_fiscal_periods') }} as periods
    on split.period_no = periods.period_no
inner join {{ ref('dim_project') }} as projects
    on split.project_code = projects.project_code
    and projects.is_current
