with gates as (

    select
        project_sk,
        project_code,
        project_name,
        gate,
        as_of,
        count(*) as required,
        {% for status in ['satisfied', 'waived', 'overdue', 'pending'] -%}
        count(case when status = '{{ status }}' then 1 end) as {{ status }},
        {% endfor -%}
        count(case when status = 'satisfied' and is_satisfied_late then 1 end) as satisfied_late,
        count(case when status = 'satisfied' and evidence is null then 1 end) as without_evidence,
        count(case when status <> 'satisfied' and is_waiver_expired then 1 end) as waivers_expired,
        max(overdue_days) as overdue_days_max,
        min(case when status = 'pending' then due_on end) as next_due_on,
        min(case when status = 'waived' then waived_until end) as next_waiver_ends_on
    from {{ ref('fct_gate') }}
    group by project_sk, project_code, project_name, gate, as_of

)

select
    {{ surrogate_key(['project_code', 'gate']) }} as governance_compliance_sk,
    project_sk,
    project_code,
    project_name,
    gate,
    required,
    satisfied,
    waived,
    overdue,
    pending,
    satisfied_late,
    without_evidence,
    waivers_expired,
    cast(satisfied / required as decimal(28, 10)) as compliance_rate,
    cast(overdue_days_max as bigint) as overdue_days_max,
    next_due_on,
    next_waiver_ends_on,
    as_of
from gates
