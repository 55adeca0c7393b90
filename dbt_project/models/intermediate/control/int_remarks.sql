-- Remarks that stand. A file that is gone is remarked while rows of it count, and with how many.
select
    remarks.source,
    remarks.object,
    remarks.check_name,
    remarks.path,
    coalesce(in_force.rows_in_force, remarks.rows) as affected_rows,
    case
        when in_force.rows_in_force is null then remarks.detail
        else cast(in_force.rows_in_force as {{ dbt.type_string() }})
            || case when in_force.rows_in_force = 1 then ' row still comes from ' else ' rows still come from ' end
            || remarks.path || ', ' || remarks.detail
    end as detail
from {{ ref('stg_control__remarks') }} as remarks
left join {{ ref('int_rows_in_force') }} as in_force
    on remarks.check_name = 'files_whose_rows_stand_are_still_there'
    and remarks.source = in_force.source
    and remarks.object = in_force.object
    and remarks.path = in_force.path
where remarks.check_name <> 'files_whose_rows_stand_are_still_there' or in_force.rows_in_force is not null
