-- The key of an hour's row in fct_actual_txn is long. It is made of an entry, which is unique in int_hours, and of the
-- direction of its booking, which is unique in int_labour_bookings; so no key comes twice where there are as many rows
-- as were summed (assert_facts_add_up_and_labour_counts_once). Where a close has corrected hours, whose keys are made in
-- other ways, the keys of all hours are compared.
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
group by hours.actual_txn_sk
having count(*) > 1
