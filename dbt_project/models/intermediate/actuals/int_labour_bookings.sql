-- Where the hours of a person, project and period are booked: as an accrual of their own period, unless the ledger
-- carries them by then, and once more, reversed, in the period of a later posting that takes their place.
with coverage as (

    select * from {{ ref('int_labour_coverage') }}

),

covered as (

    select
        months.*,
        case when months.is_contractor then categories.external_category else categories.internal_category end
            as cost_category,
        case
            when named.first_period_no < unnamed.first_period_no or unnamed.first_period_no is null
                then named.first_period_no
            else unnamed.first_period_no
        end as posted_from_no,
        coalesce(named.reason, unnamed.reason) as reason
    from {{ ref('int_labour_months') }} as months
    inner join {{ ref('int_labour_categories') }} as categories
        on months.project_code = categories.project_code
    left join coverage as named
        on months.project_code = named.project_code
        and months.period_no = named.charge_period_no
        and months.person_match_code = named.person_match_code
    left join coverage as unnamed
        on months.project_code = unnamed.project_code
        and months.period_no = unnamed.charge_period_no
        and unnamed.person_match_code is null

),

accruals as (

    select
        *,
        period_no is not null and not coalesce(posted_from_no <= period_no, false) as counts_in_consumed
    from covered

)

{% set columns %}
    project_code,
    person_match_code,
    is_contractor,
    period_no as charge_period_no,
    cost_category,
    counts_in_consumed,
    entries,
    first_work_date,
    hours,
    amount_booked,
    amount_budget,
    unrated_booked,
    unrated_budget
{%- endset -%}

select
    {{ columns }},
    1 as sign,
    'unposted_labour' as cost_origin,
    period_no,
    case when period_no is null then 'no_period' when not counts_in_consumed then reason end as not_counted_reason
from accruals
union all
select
    {{ columns }},
    -1,
    'unposted_labour_reversal',
    posted_from_no,
    cast(null as {{ dbt.type_string() }})
from accruals
where counts_in_consumed and posted_from_no is not null
