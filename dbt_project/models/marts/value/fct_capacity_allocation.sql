{% set named = "parameters.published_people = 'names'" %}
select
    {{ surrogate_key(['allocation.person_sk', 'periods.period']) }} as capacity_allocation_sk,
    allocation.person_sk,
    case when {{ named }} then allocation.role end as role,
    case when {{ named }} then allocation.team end as team,
    periods.period,
    periods.end_on as period_end_on,
    periods.end_on > parameters.as_of as is_partial_period,
    allocation.capacity_hours,
    case when allocation.capacity_hours is null then 'not_supplied' end as capacity_hours_null_reason,
    case when periods.start_on <= parameters.as_of then allocation.booked_hours end as booked_hours,
    case when periods.start_on > parameters.as_of then 'in_future' end as booked_hours_null_reason
from {{ ref('int_capacity_allocation') }} as allocation
cross join {{ ref('stg_control__run_parameters') }} as parameters
inner join {{ ref('int_fiscal_periods') }} as periods
    on allocation.period_no = periods.period_no
