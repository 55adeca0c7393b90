-- The worst of its rules is a project's status; rules about its data say how far it can be relied on.
{% set dimensions = ['cost', 'schedule', 'scope', 'risk', 'benefit', 'data'] %}
{% set severity = {'red': 3, 'amber': 2, 'green': 1} %}
with rules as (

    select
        *,
        case outcome {% for colour, rank in severity.items() %}when '{{ colour }}' then {{ rank }} {% endfor %}else 0 end as severity
    from {{ ref('fct_project_status_rule') }}

),

-- Of rules of one colour the first in the order of money, time, scope, risk and benefit decides.
ranked as (

    select
        *,
        row_number() over (
            partition by project_code
            order by case when dimension = 'data' then 1 else 0 end, severity desc,
                case dimension {% for dimension in dimensions %}when '{{ dimension }}' then {{ loop.index }} {% endfor %}end, rule
        ) as place
    from rules

),

dimensions as (

    select
        project_code,
        {% for dimension in dimensions -%}
        max(case when dimension = '{{ dimension }}' then severity end) as {{ dimension }}_severity,
        {% endfor -%}
        max(case when dimension <> 'data' then severity end) as severity,
        cast(sum(case when outcome in ('red', 'amber') then 1 else 0 end) as bigint) as rules_fired,
        cast(sum(case when outcome = 'not_run' then 1 else 0 end) as bigint) as rules_not_run
    from rules
    group by project_code

),

caveats as (

    select
        project_code,
        {{ joined_values("
            case rule
                when 'report_age' then 'last report ' || evidence_key
                when 'rows_to_mend' then cast(cast(measure as integer) as " ~ dbt.type_string() ~ ") || ' ledger rows to mend'
                when 'stale_sources' then 'not new in this release: ' || evidence_key
            end
        ") }} as status_caveat
    from rules
    where dimension = 'data' and outcome in ('red', 'amber')
    group by project_code

),

unreported as (

    select project_code
    from rules
    where rule = 'report_age' and measure_null_reason = 'nothing_reported'

),

declared as (

    select
        project_code,
        status as declared_status,
        case
            when lower(trim(status)) in ('green', 'on track', 'on_track', 'g') then 'green'
            when lower(trim(status)) in ('amber', 'yellow', 'orange', 'at risk', 'at_risk', 'a') then 'amber'
            when lower(trim(status)) in ('red', 'off track', 'off_track', 'r') then 'red'
        end as declared_colour
    from {{ ref('dim_project') }}
    where is_current

),

coloured as (

    select
        project_code,
        {% for dimension in dimensions -%}
        case {{ dimension }}_severity {% for colour, rank in severity.items() %}when {{ rank }} then '{{ colour }}' {% endfor %}else 'unknown' end
            as {{ dimension }}_status,
        {% endfor -%}
        case severity {% for colour, rank in severity.items() %}when {{ rank }} then '{{ colour }}' {% endfor %}else 'unknown' end as status,
        severity,
        rules_fired,
        rules_not_run
    from dimensions

)

select
    {{ surrogate_key(['coloured.project_code']) }} as project_status_sk,
    projects.project_sk,
    coloured.project_code,
    projects.project_name,
    projects.programme,
    projects.portfolio,
    coloured.status,
    {% for dimension in dimensions -%}
    coloured.{{ dimension }}_status,
    {% endfor -%}
    case when coloured.severity >= 2 then ranked.rule end as deciding_rule,
    case when coloured.severity >= 2 then ranked.measure end as deciding_measure,
    case
        when coloured.severity = 3 then ranked.red_from
        when coloured.severity = 2 then ranked.amber_from
    end as deciding_threshold,
    case when coloured.severity >= 2 then ranked.evidence_table end as evidence_table,
    case when coloured.severity >= 2 then ranked.evidence_key end as evidence_key,
    coloured.rules_fired,
    coloured.rules_not_run,
    coloured.data_status <> 'red' and unreported.project_code is null as is_reliable,
    case
        when caveats.status_caveat is not null then caveats.status_caveat
        when unreported.project_code is not null then 'nothing reported'
    end as status_caveat,
    declared.declared_status,
    declared.declared_colour,
    case
        when declared.declared_colour is not null and coloured.status <> 'unknown'
            then declared.declared_colour = coloured.status
    end as agrees_with_declared,
    case
        when declared.declared_status is null then 'not_declared'
        when declared.declared_colour is null then 'not_a_colour'
        when coloured.status = 'unknown' then 'status_unknown'
    end as agrees_with_declared_null_reason,
    parameters.as_of
from coloured
cross join {{ ref('stg_control__run_parameters') }} as parameters
inner join {{ ref('dim_project') }} as projects
    on coloured.project_code = projects.project_code
    and projects.is_current
left join ranked
    on coloured.project_code = ranked.project_code
    and ranked.place = 1
left join caveats
    on coloured.project_code = caveats.project_code
left join unreported
    on coloured.project_code = unreported.project_code
left join declared
    on coloured.project_code = declared.project_code
