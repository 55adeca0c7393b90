-- Which hours the ledger already carries: per person, project and charge period, the first period in which a labour
-- posting, or for contractors an invoice or a receipt of that person or vendor, arrived. A posting that names no person
-- covers everybody's hours of its project and charge period (`person_match_code` is null).
with postings as (

    select
        project_code,
        person_match_code,
        charge_period_no,
        min(period_no) as first_period_no
    from {{ ref('int_ledger_lines') }}
    where cost_origin = 'ledger_labour'
    group by project_code, person_match_code, charge_period_no

),

contractors as (

    select distinct
        match_code as person_match_code,
        person_code
    from {{ ref('int_person_codes') }}
    where is_contractor

),

contractor_vendors as (

    select
        contractors.person_match_code,
        contractors.person_code as vendor
    from contractors
    union
    select
        contractors.person_match_code,
        people.person_name
    from contractors
    inner join {{ ref('int_people') }} as people
        on contractors.person_code = people.person_code
    where people.person_name is not null

),

vendor_documents as (

    select
        order_lines.project_code,
        order_lines.vendor,
        events.charge_period_no,
        events.period_no
    from {{ ref('int_order_line_events') }} as events
    inner join {{ ref('int_order_lines') }} as order_lines
        on events.order_line_sk = order_lines.order_line_sk
    where events.event_type in ('receipt', 'invoice')

),

covered_by_vendor as (

    select
        vendor_documents.project_code,
        contractor_vendors.person_match_code,
        vendor_documents.charge_period_no,
        min(vendor_documents.period_no) as first_period_no
    from vendor_documents
    inner join contractor_vendors
        on vendor_documents.vendor = contractor_vendors.vendor
    group by
        vendor_documents.project_code,
        contractor_vendors.person_match_code,
        vendor_documents.charge_period_no

),

coverage as (

    select
        project_code,
        person_match_code,
        charge_period_no,
        first_period_no as posted_from_no,
        cast(null as bigint) as vendor_from_no
    from postings
    union all
    select
        project_code,
        person_match_code,
        charge_period_no,
        cast(null as bigint),
        first_period_no
    from covered_by_vendor

)

select
    project_code,
    person_match_code,
    charge_period_no,
    min(coalesce(posted_from_no, vendor_from_no)) as first_period_no,
    case
        when min(posted_from_no) <= coalesce(min(vendor_from_no), min(posted_from_no)) then 'superseded_by_ledger'
        else 'covered_by_vendor'
    end as reason
from coverage
group by
    project_code,
    person_match_code,
    charge_period_no
