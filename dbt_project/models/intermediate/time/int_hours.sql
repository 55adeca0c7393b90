-- Timesheet entries and Jira worklogs, resolved and with the rate of their day. One source counts per project, so hours
-- logged in both count once.
{{ config(
    materialized='incremental', incremental_strategy='append', pre_hook="{{ drop_stale_slices(ref('int_hours_slices')) }}"
) }}
{% set missing = missing_slices(ref('int_hours_slices')) %}
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

resolved as (

    select
        entries.source_system,
        entries.id_scope,
        entries.id_in_scope,
        {{ id_without_person('entries.source_entry_id', 'entries.person', 'person_codes.code_sk') }} as source_entry_id,
        entries.person,
        entries.project,
        {{ id_without_person('entries.task', 'entries.person', 'person_codes.code_sk') }} as task,
        entries.status,
        entries.comment,
        entries.hours,
        entries.is_billable,
        entries.work_date,
        entries.batch_id,
        batches.seq as batch_no,
        entries.source_path,
        entries.source_sheet,
        entries.source_place,
        entries.source_row,
        {{ resolved_project() }} as project_code,
        coalesce(person_codes.person_code, 'unmapped') as person_code,
        coalesce(person_codes.match_code, entries.person) as person_match_code,
        coalesce(entries.role, person_codes.role) as rate_role,
        coalesce(person_codes.is_contractor, false) as is_contractor,
        days.period,
        days.period_no,
        days.fiscal_year,
        entries.status = 'approved'
        or (entries.status = 'unknown' and parameters.unknown_hours <> 'pending') as is_approved,
        slices.slice_hash
    from {{ ref('int_hours_entries') }} as entries
    cross join parameters
    left join {{ ref('int_project_crosswalk') }} as project_crosswalk
        on entries.source_system = project_crosswalk.source_system
        and entries.project = project_crosswalk.source_id
        and entries.work_date between project_crosswalk.valid_from and project_crosswalk.valid_to
    left join {{ ref('int_projects') }} as own_project
        on entries.project = own_project.project_code
    left join {{ ref('int_person_codes') }} as person_codes
        on entries.source_system = person_codes.source_system
        and entries.person = person_codes.source_code
    left join {{ ref('int_fiscal_days') }} as days
        on entries.work_date = days.date_day
    inner join {{ ref('stg_control__batches') }} as batches
        on entries.batch_id = batches.batch_id
    inner join {{ ref('int_hours_slices') }} as slices
        on coalesce(days.period_no, 0) = slices.slice_no
    where entries.work_date <= parameters.as_of
        and {{ is_in_missing_slice('entries.work_date', missing) }}
        and {{ is_missing_slice('slices.slice_hash', missing) }}

),

rate_cards as (

    select
        person,
        role,
        currency,
        rate,
        {{ short_factor('rate') }} as short_rate,
        valid_from,
        lead(valid_from) over (
            partition by coalesce(person, ''), case when person is null then role end
            order by valid_from
        ) as next_from
    from {{ ref('stg_reference__rate_cards') }}

),

average_rates as (

    select
        from_currency,
        period,
        max(rate) as rate
    from {{ ref('int_fx_rates') }}
    where rate_type = 'average'
    group by from_currency, period

),

rated as (

    select
        resolved.*,
        (sources.hours_from = 'jira') = (resolved.source_system = 'jira') as is_counted_source,
        {{ short_factor('resolved.hours') }} as short_hours,
        coalesce(person_rates.rate, role_rates.rate) as rate,
        coalesce(person_rates.short_rate, role_rates.short_rate) as short_rate,
        coalesce(person_rates.currency, role_rates.currency) as rate_currency
    from resolved
    inner join {{ ref('int_hours_sources') }} as sources
        on resolved.project_code = sources.project_code
    left join rate_cards as person_rates
        on resolved.person_match_code = person_rates.person
        and resolved.work_date >= person_rates.valid_from
        and (resolved.work_date < person_rates.next_from or person_rates.next_from is null)
    left join rate_cards as role_rates
        on person_rates.rate is null
        and role_rates.person is null
        and resolved.rate_role = role_rates.role
        and resolved.work_date >= role_rates.valid_from
        and (resolved.work_date < role_rates.next_from or role_rates.next_from is null)

)

select
    {% for column in [
        'source_system', 'id_scope', 'id_in_scope', 'source_entry_id', 'person', 'project', 'task', 'status',
        'comment', 'hours', 'is_billable', 'work_date', 'batch_id', 'batch_no', 'source_path', 'source_sheet',
        'source_place', 'source_row', 'project_code', 'person_code', 'person_match_code', 'rate_role', 'is_contractor',
        'period', 'period_no', 'is_approved', 'slice_hash', 'is_counted_source', 'rate', 'rate_currency'
    ] -%}
    rated.{{ column }},
    {% endfor -%}
    case
        when rated.rate_currency = parameters.reporting_currency then cast(1 as decimal(18, 10))
        else average_rates.rate
    end as booked_fx,
    case
        when rated.rate_currency = parameters.reporting_currency then cast(1 as decimal(18, 10))
        else budget_rates.rate
    end as budget_fx,
    case
        when rated.short_hours is not null and rated.short_rate is not null
            then {{ exact('rated.short_hours * rated.short_rate') }}
        else {{ exact('rated.hours * rated.rate') }}
    end as exact_tx
from rated
cross join parameters
left join average_rates
    on rated.rate_currency = average_rates.from_currency
    and rated.period = average_rates.period
left join {{ ref('int_budget_rates') }} as budget_rates
    on rated.rate_currency = budget_rates.currency
    and rated.fiscal_year = budget_rates.fiscal_year
