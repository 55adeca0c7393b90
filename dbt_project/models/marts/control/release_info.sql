{% set sources = ['jira', 'timesheets', 'budgets', 'ledger', 'register', 'reference'] %}
with batches as (

    select
        count(*) as batches,
        max(extracted_at) as newest_batch_at,
        coalesce(sum(rows_in), 0) as rows_in,
        coalesce(sum(rows_loaded), 0) as rows_loaded,
        coalesce(sum(rows_quarantined), 0) as rows_quarantined,
        coalesce(sum(rows_left_out), 0) as rows_left_out,
        {% for source in sources -%}
        max(case when source = 'raw_{{ source }}' then extracted_at end) as {{ source }}_newest_at{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('stg_control__batches') }}

),

standing as (

    select count(*) as standing_quarantined_rows
    from {{ ref('int_standing_quarantine') }}

),

unmapped as (

    select coalesce(sum(unmapped_rows), 0) as unmapped_rows
    from {{ ref('int_unmapped_codes') }}

),

quality as (

    select
        sum(case when outcome = 'passed' then 1 else 0 end) as checks_passed,
        sum(case
            when outcome = 'warned' and check_name not like '%s_are_mapped'
                and check_name <> 'rows_in_are_loaded_quarantined_or_left_out' then 1
            else 0
        end) as warnings,
        sum(case when outcome = 'failed' then 1 else 0 end) as checks_failed,
        sum(case when outcome = 'not_run' then 1 else 0 end) as checks_not_run
    from {{ ref('mart_data_quality') }}
    where is_current_load

),

stale as (

    select
        count(distinct source) as stale_sources,
        {% for source in sources -%}
        max(case when source = 'raw_{{ source }}' then message end) as {{ source }}_stale_reason{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('stg_control__stale_sources') }}

)

select
    parameters.release_id,
    parameters.as_of,
    parameters.known_at,
    parameters.started_at as refreshed_at,
    parameters.organisation,
    parameters.reporting_currency as currency,
    parameters.timezone,
    parameters.input_hash,
    parameters.configuration_hash,
    parameters.product_version,
    batches.batches,
    batches.newest_batch_at,
    cast(batches.rows_in as bigint) as rows_in,
    cast(batches.rows_loaded as bigint) as rows_loaded,
    cast(batches.rows_quarantined as bigint) as rows_quarantined,
    cast(batches.rows_left_out as bigint) as rows_left_out,
    standing.standing_quarantined_rows,
    cast(unmapped.unmapped_rows as bigint) as unmapped_rows,
    cast(coalesce(quality.checks_passed, 0) as bigint) as checks_passed,
    cast(coalesce(quality.warnings, 0) as bigint) as warnings,
    cast(coalesce(quality.checks_failed, 0) as bigint) as checks_failed,
    cast(coalesce(quality.checks_not_run, 0) as bigint) as checks_not_run,
    stale.stale_sources,
    {% for source in sources -%}
    batches.{{ source }}_newest_at,
    stale.{{ source }}_stale_reason{% if not loop.last %},{% endif %}
    {% endfor %}
from {{ ref('stg_control__run_parameters') }} as parameters
cross join batches
cross join standing
cross join unmapped
cross join quality
cross join stale
