-- Hours that people have to give, with the person the code means and the period it names.
select
    person_codes.person_code,
    person_codes.person_sk,
    capacity.person as source_person,
    coalesce(capacity.role, person_codes.role) as role,
    coalesce(capacity.team, people.team) as team,
    capacity.period as stated_period,
    periods.period,
    periods.period_no,
    periods.start_on as period_start_on,
    periods.end_on as period_end_on,
    capacity.hours,
    capacity.batch_id,
    capacity.file_hash,
    capacity.source_path,
    capacity.source_sheet,
    capacity.source_place,
    capacity.source_row
from {{ ref('stg_register__capacity') }} as capacity
inner join {{ ref('int_person_codes') }} as person_codes
    on person_codes.source_system = 'register'
    and capacity.person = person_codes.source_code
left join {{ ref('int_people') }} as people
    on person_codes.person_code = people.person_code
left join {{ ref('int_fiscal_periods') }} as periods
    on capacity.period = periods.period
