{% set entries %}
    (
        select
            entries.entry_id,
            entries.person,
            days.period,
            entries._batch,
            entries._row
        from {{ ref('stg_timesheets__timesheet_entries') }} as entries
        left join {{ ref('int_fiscal_days') }} as days
            on entries.work_date = days.date_day
    )
{% endset %}
select *
from (
    {{ replaced_rows(
        'raw_timesheets', 'timesheet_entries', key=['entry_id'], scope=['person', 'period'],
        rows=entries, batches=ref('stg_control__batches')
    ) }}
) as replaced
