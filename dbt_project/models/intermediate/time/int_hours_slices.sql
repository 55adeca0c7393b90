-- What int_hours is made of: the entries of each period, and everything else that it reads, as a whole.
{% set joined = [
    ('int_project_crosswalk', ['source_system', 'source_id', 'project_code', 'valid_from', 'valid_to']),
    ('int_projects', ['project_code']),
    ('int_person_codes', ['source_system', 'source_code', 'person_code', 'match_code', 'role', 'is_contractor', 'code_sk']),
    ('int_fiscal_days', ['date_day', 'period', 'period_no', 'fiscal_year']),
    ('int_hours_sources', ['project_code', 'hours_from']),
    ('stg_reference__rate_cards', ['person', 'role', 'currency', 'rate', 'valid_from']),
    ('int_fx_rates', ['rate_type', 'from_currency', 'period', 'rate']),
    ('int_budget_rates', ['currency', 'fiscal_year', 'rate']),
    ('stg_control__run_parameters', ['unknown_hours', 'reporting_currency'])
] %}
with other_inputs as (

    select
        {% for _ in joined -%}
        joined_{{ loop.index }}.content || {% endfor %}'' as content
    from
    {% for model, columns in joined -%}
    {% if not loop.first %}cross join {% endif %}(
        select cast({{ content_of(columns) }} as {{ dbt.type_string() }}) || '|' || cast(count(*) as {{ dbt.type_string() }}) || ';' as content
        from {{ ref(model) }}
    ) as joined_{{ loop.index }}
    {% endfor %}

),

entries as (

    select
        coalesce(days.period_no, 0) as slice_no,
        min(entries.work_date) as first_on,
        max(entries.work_date) as last_on,
        count(*) as entries,
        {{ content_of([
            'entries.source_system', 'entries.source_entry_id', 'entries.person', 'entries.project', 'entries.task',
            'entries.role', 'entries.status', 'entries.comment', 'entries.hours', 'entries.is_billable',
            'entries.work_date', 'entries.batch_id', 'entries.source_row', 'batches.seq'
        ]) }} as content
    from {{ ref('int_hours_entries') }} as entries
    cross join {{ ref('stg_control__run_parameters') }} as parameters
    left join {{ ref('int_fiscal_days') }} as days
        on entries.work_date = days.date_day
    inner join {{ ref('stg_control__batches') }} as batches
        on entries.batch_id = batches.batch_id
    where entries.work_date <= parameters.as_of
    group by coalesce(days.period_no, 0)

)

select
    entries.slice_no,
    entries.first_on,
    entries.last_on,
    {{ surrogate_key(['entries.slice_no', 'entries.entries', 'entries.content', 'other_inputs.content']) }} as slice_hash
from entries
cross join other_inputs
