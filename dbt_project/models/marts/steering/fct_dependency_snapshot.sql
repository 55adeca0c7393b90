-- Dependencies of the register at their report dates, and links of Jira between projects, which have no earlier state.
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

links as (

    select
        links.*,
        from_issues.jira_project_key as from_jira_project,
        to_issues.jira_project_key as to_jira_project,
        lower(coalesce(links.outward_name, '')) as outward_words
    from {{ ref('fct_issue_link') }} as links
    inner join {{ ref('fct_issue') }} as from_issues
        on links.from_issue_sk = from_issues.issue_sk
    inner join {{ ref('fct_issue') }} as to_issues
        on links.to_issue_sk = to_issues.issue_sk
    where not links.is_deleted
        and (
            links.is_between_projects
            or (links.from_project_code = 'unmapped' and links.to_project_code = 'unmapped'
                and from_issues.jira_project_key <> to_issues.jira_project_key)
        )

),

-- A link reads either way: `A blocks B` and `B depends on A` both say that A delivers.
directed as (

    select
        links.*,
        case
            when outward_words like '%depends on%' or outward_words like '%blocked by%' or outward_words like 'requires%'
                or outward_words like 'needs%' or outward_words like 'follows%' or outward_words like 'waits for%'
                then 'to_first'
            when outward_words like '%block%' or outward_words like '%depend%' or outward_words like '%required by%'
                or outward_words like '%needed by%' or outward_words like 'precedes%' or outward_words like 'enables%'
                then 'from_first'
        end as delivery
    from links

),

{% set issue_columns = ['issue_sk', 'issue_key', 'project_code', 'jira_project'] -%}
sided as (

    select
        issue_link_sk,
        link_type,
        delivery is not null as is_blocking,
        {% for column in issue_columns -%}
        case when delivery = 'to_first' then to_{{ column }} else from_{{ column }} end as from_{{ column }},
        case when delivery = 'to_first' then from_{{ column }} else to_{{ column }} end as to_{{ column }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from directed

),

from_jira as (

    select
        sided.issue_link_sk as dependency_sk,
        'jira' as source_system,
        sided.from_issue_key || ' → ' || sided.to_issue_key as dependency,
        sided.link_type,
        sided.is_blocking,
        sided.from_project_code,
        sided.from_jira_project as from_source_project,
        sided.from_issue_sk as from_node,
        sided.to_project_code,
        sided.to_jira_project as to_source_project,
        sided.to_issue_sk as to_node,
        to_issues.due_on as need_date,
        from_issues.due_on as promise_date,
        from_issues.status,
        coalesce(from_issues.status_category, 'undefined') <> 'done' as is_open,
        false as is_cancelled,
        parameters.as_of as report_date,
        cast(null as date) as reported_on,
        from_issues.source_path,
        from_issues.source_sheet,
        from_issues.source_place
    from sided
    cross join parameters
    inner join {{ ref('fct_issue') }} as from_issues
        on sided.from_issue_sk = from_issues.issue_sk
    inner join {{ ref('fct_issue') }} as to_issues
        on sided.to_issue_sk = to_issues.issue_sk

),

final as (

    select
        dependency_sk,
        'register' as source_system,
        dependency,
        cast(null as {{ dbt.type_string() }}) as link_type,
        true as is_blocking,
        from_project_code,
        from_source_project,
        from_node,
        to_project_code,
        to_source_project,
        to_node,
        needed_on as need_date,
        promised_on as promise_date,
        status,
        is_open,
        is_cancelled,
        report_date,
        reported_on,
        source_path,
        source_sheet,
        source_place
    from {{ ref('int_dependency_states') }}
    union all
    select * from from_jira

)

select
    {{ surrogate_key(['final.dependency_sk', 'final.report_date']) }} as dependency_snapshot_sk,
    final.dependency_sk,
    final.source_system,
    final.dependency,
    final.link_type,
    final.is_blocking,
    {% for side in ['from', 'to'] -%}
    {{ side }}_projects.project_sk as {{ side }}_project_sk,
    final.{{ side }}_project_code,
    {{ side }}_projects.project_name as {{ side }}_project_name,
    final.{{ side }}_source_project,
    final.{{ side }}_node,
    {% endfor -%}
    final.report_date,
    final.reported_on,
    final.report_date = parameters.as_of as is_current,
    final.need_date,
    final.promise_date,
    final.status,
    final.is_open,
    final.is_cancelled,
    case when final.is_blocking then {{ dbt.datediff('final.promise_date', 'final.need_date', 'day') }} end as float_days,
    case
        when not final.is_blocking then 'not_blocking'
        when final.need_date is null then 'no_need_date'
        when final.promise_date is null then 'no_promise'
    end as float_days_null_reason,
    final.source_path,
    final.source_sheet,
    final.source_place,
    parameters.as_of
from final
cross join parameters
left join {{ ref('dim_project') }} as from_projects
    on final.from_project_code = from_projects.project_code
    and from_projects.is_current
left join {{ ref('dim_project') }} as to_projects
    on final.to_project_code = to_projects.project_code
    and to_projects.is_current
