-- What was published: of this release its figures as they are now, of every other what landing has kept of it. To keep
-- more, add a CTE with the measures of another mart, and its `figures_of` to `figures`. What is kept follows.
{% set reasons = {
    'baseline': 'baseline_null_reason',
    'baseline_original': 'baseline_original_null_reason',
    'commitment': 'commitment_null_reason',
    'consumed': 'consumed_null_reason',
    'etc': 'etc_null_reason'
} %}
{% set position_measures = {
    'baseline_original': ['baseline_original'],
    'baseline_revised': ['baseline'],
    'pre_committed': ['commitment'],
    'committed_open': ['commitment'],
    'committed_total': ['consumed', 'commitment'],
    'consumed_posted': ['consumed'],
    'consumed_accrued': ['consumed'],
    'consumed': ['consumed'],
    'etc': ['etc', 'consumed'],
    'eac': ['etc', 'consumed'],
    'to_commit': ['etc', 'commitment'],
    'available': ['baseline', 'consumed', 'commitment'],
    'vac': ['baseline', 'etc', 'consumed']
} %}
{% set earned_measures = ['pv', 'ev', 'ac', 'bac', 'cpi', 'spi', 'spi_t', 'tcpi_bac', 'eac_cpi', 'ieac_t'] %}
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

position as (

    -- A sum with an unknown part is unknown.
    select
        project_code,
        period,
        "view" as view_name,
        fx_basis,
        currency,
        {% for measure, parts in position_measures.items() -%}
        case when count({{ measure }}) = count(*) then sum({{ measure }}) end as {{ measure }},
        max(case
            when {{ measure }} is null
                then coalesce({% for part in parts %}{{ reasons[part] }}, {% endfor %}'unknown')
        end) as {{ measure }}_null_reason{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('mart_budget_position') }}
    where as_of <= period_end_on
    group by
        project_code,
        period,
        "view",
        fx_basis,
        currency

),

earned_value as (

    select
        earned.project_code,
        earned.period,
        earned."view" as view_name,
        'budget' as fx_basis,
        earned.currency,
        {% for measure in earned_measures -%}
        earned.{{ measure }},
        earned.{{ measure }}_null_reason{% if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('mart_evm_period') }} as earned
    where earned.as_of <= earned.period_end_on

),

as_of_period as (

    select
        days.period,
        parameters.reporting_currency as currency
    from parameters
    inner join {{ ref('int_fiscal_days') }} as days
        on parameters.as_of = days.date_day

),

statuses as (

    select
        statuses.project_code,
        as_of_period.period,
        'as_reported' as view_name,
        'budget' as fx_basis,
        cast(null as {{ dbt.type_string() }}) as currency,
        case statuses.status when 'green' then 1 when 'amber' then 2 when 'red' then 3 end as status,
        case when statuses.status = 'unknown' then 'no_rule_could_run' end as status_null_reason,
        statuses.rules_fired,
        cast(null as {{ dbt.type_string() }}) as rules_fired_null_reason
    from {{ ref('mart_project_status') }} as statuses
    cross join as_of_period

),

figures as (

    {{ figures_of('mart_budget_position', 'position', position_measures) }}
    union all
    {{ figures_of('mart_evm_period', 'earned_value', earned_measures) }}
    union all
    {{ figures_of('mart_project_status', 'statuses', ['status', 'rules_fired']) }}
    union all
    select
        rules.project_code,
        'fct_project_status_rule',
        rules.rule,
        'as_reported',
        'budget',
        as_of_period.period,
        case when rules.rule = 'benefit_value' then as_of_period.currency end,
        cast(rules.measure as decimal(38, 9)),
        rules.measure_null_reason
    from {{ ref('fct_project_status_rule') }} as rules
    cross join as_of_period

),

kept as (

    select * from {{ ref('stg_control__published_figures') }}

),

kept_publications as (

    select
        batch_id,
        max(as_of) as as_of,
        max(input_hash) as input_hash,
        max(configuration_hash) as configuration_hash
    from kept
    group by batch_id

),

publications as (

    select
        kept_publications.*,
        parameters.as_of is not null as is_this_release
    from kept_publications
    left join parameters
        on kept_publications.as_of = parameters.as_of
        and kept_publications.input_hash = parameters.input_hash
        and kept_publications.configuration_hash = parameters.configuration_hash
    union all
    select
        null,
        parameters.as_of,
        parameters.input_hash,
        parameters.configuration_hash,
        true
    from parameters
    left join kept_publications
        on parameters.as_of = kept_publications.as_of
        and parameters.input_hash = kept_publications.input_hash
        and parameters.configuration_hash = kept_publications.configuration_hash
    where kept_publications.batch_id is null

),

-- The id of a batch begins with the moment at which it was kept.
numbered as (

    select
        *,
        row_number() over (order by batch_id nulls last) as publication_no
    from publications

),

published as (

    select
        numbered.as_of,
        numbered.input_hash,
        numbered.configuration_hash,
        numbered.publication_no,
        numbered.is_this_release,
        figures.*
    from figures
    inner join numbered
        on numbered.is_this_release
    union all
    select
        numbered.as_of,
        numbered.input_hash,
        numbered.configuration_hash,
        numbered.publication_no,
        numbered.is_this_release,
        kept.project_code,
        kept.mart,
        kept.measure,
        kept.view_name,
        kept.fx_basis,
        kept.period,
        kept.currency,
        kept."value",
        kept.null_reason
    from kept
    inner join numbered
        on kept.batch_id = numbered.batch_id
    where not numbered.is_this_release

)

select
    {{ surrogate_key([
        'as_of', 'input_hash', 'configuration_hash', 'project_code', 'mart', 'measure', 'view_name', 'fx_basis'
    ]) }} as published_figure_sk,
    as_of,
    input_hash,
    configuration_hash,
    publication_no,
    is_this_release,
    project_code,
    mart,
    measure,
    view_name as "view",
    fx_basis,
    period,
    currency,
    "value",
    null_reason
from published
