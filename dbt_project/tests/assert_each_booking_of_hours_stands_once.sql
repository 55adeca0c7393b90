-- The key of an hour's row in fct_actual_txn is long. It is made of an entry, which is unique in int_hours, and of the
-- direction of its booking, which is unique in int_labour_bookings; so no key comes twice where there are as many rows
-- as entries of bookings. Where a close has corrected rows, the keys of all hours are compared.
with corrected_hours as (

    select hours.actual_txn_sk
    from {{ ref('int_actual_txns') }} as hours
    where hours.source_object = 'timesheet_entries'
        and hours.project_code in (
            select projects.project_code
            from {{ ref('int_projects') }} as projects
            cross join (
                select distinct source_object
                from {{ ref('int_actual_txn_corrections') }}
                where source_object = 'timesheet_entries'
            ) as any_correction
        )

)

select
    cast(null as {{ dbt.type_string() }}) as actual_txn_sk,
    shown.txns as shown,
    standing.txns as standing
from (select count(*) as txns from {{ ref('fct_actual_txn') }}) as shown
cross join (select sum(txns) as txns from {{ ref('int_actual_txn_sums') }}) as standing
where shown.txns <> coalesce(standing.txns, 0)
union all
select
    actual_txn_sk,
    count(*),
    1
from corrected_hours
group by actual_txn_sk
having count(*) > 1
