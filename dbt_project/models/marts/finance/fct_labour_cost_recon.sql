-- Posted labour against hours at the rate card. A posting that names no person is compared for the whole project.
with postings as (

    select
        project_code,
        person_match_code,
        charge_period_no,
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

movements as (

    select
        valued.project_code,
        case when unnamed.project_code is null then valued.person_match_code end as person_match_code,
        valued.period_no,
        valued.hours,
        valued.amount_booked as valued_amount,
        cast(null as decimal(18, 2)) as posted_amount
    from {{ ref('int_labour_valued') }} as valued
    left join unnamed
        on valued.project_code = unnamed.project_code
        and valued.period_no = unnamed.charge_period_no
    where not valued.is_contractor
    union all
    select
        postings.project_code,
        case when unnamed.project_code is null then postings.person_match_code end,
        postings.charge_period_no,
        0,
        0,
        postings.amount_booked
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
        case when count(*) = count(valued_amount) then sum(valued_amount) end as valued_amount,
        sum(posted_amount) as posted_amount
    from movements
    group by
        project_code,
        person_match_code,
        period_no

)

select
    {{ surrogate_key(['compared.project_code', 'persons.person_sk', 'compared.period_no']) }}
        as labour_cost_recon_sk,
    projects.project_sk,
    compared.project_code,
    projects.project_name,
    persons.person_sk,
    periods.period,
    cast(compared.hours as decimal(18, 4)) as hours,
    cast(compared.valued_amount as decimal(18, 2)) as valued_amount,
    cast(compared.posted_amount as decimal(18, 2)) as posted_amount,
    cast(compared.posted_amount - compared.valued_amount as decimal(18, 2)) as labour_rate_variance,
    case
        when compared.posted_amount is null then 'not_posted'
        when compared.valued_amount is null then 'no_rate'
    end as labour_rate_variance_null_reason,
    parameters.reporting_currency as currency
from compared
cross join {{ ref('stg_control__run_parameters') }} as parameters
left join {{ ref('int_person_pseudonyms') }} as persons
    on compared.person_match_code = persons.match_code
inner join {{ ref('int_fiscal_periods') }} as periods
    on compared.period_no = periods.period_no
inner join {{ ref('dim_project') }} as projects
    on compared.project_code = projects.project_code
    and projects.is_current
