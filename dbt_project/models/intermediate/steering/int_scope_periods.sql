-- What change requests and budget versions say of each project's scope by the end of each period: cumulative figures, and
-- the movement of the period. From the first submission or second version on, up to the as-of period.
with parameters as (

    select * from {{ ref('stg_control__run_parameters') }}

),

requests as (

    select
        *,
        coalesce(decision, 'none') in ('approved', 'rejected') as is_settled
    from {{ ref('int_change_requests') }}

),

versions as (

    select * from {{ ref('int_budget_versions') }}

),

first_days as (

    select
        project_code,
        min(first_on) as first_on
    from (
        select project_code, submitted_on as first_on
        from requests
        union all
        select project_code, approved_on
        from versions
        where not is_original
    ) as changes
    group by project_code

),

periods as (

    select
        first_days.project_code,
        periods.period,
        periods.period_no,
        periods.start_on,
        periods.end_on,
        least(periods.end_on, parameters.as_of) as cut_off_on,
        periods.end_on > parameters.as_of as is_partial_period
    from first_days
    cross join parameters
    inner join {{ ref('int_fiscal_periods') }} as periods
        on periods.end_on >= first_days.first_on
        and periods.start_on <= parameters.as_of

),

line_totals as (

    select
        project_code,
        version_no,
        case when count(*) = count(amount_budget) then sum(amount_budget) end as amount
    from {{ ref('int_budget_lines') }}
    group by project_code, version_no

),

effective as (

    select
        periods.project_code,
        periods.period_no,
        max(versions.version_no) as revised_version_no,
        max(case when versions.is_original then versions.version_no end) as original_version_no
    from periods
    inner join versions
        on periods.project_code = versions.project_code
        and versions.approved_on <= periods.cut_off_on
    group by periods.project_code, periods.period_no

),

counted as (

    select
        periods.project_code,
        periods.period_no,
        {% set in_period = 'requests.dated_on between periods.start_on and periods.cut_off_on' %}
        {% set submitted = 'requests.submitted_on between periods.start_on and periods.cut_off_on' %}
        sum(case when {{ in_period }} then 1 else 0 end) as cr_count,
        sum(case when {{ submitted }} then 1 else 0 end) as submitted_count,
        {% for decision in ['approved', 'rejected', 'deferred'] -%}
        sum(case when {{ in_period }} and requests.decision = '{{ decision }}' then 1 else 0 end) as {{ decision }}_count,
        {% endfor -%}
        sum(case when requests.change_request is not null
            and not (requests.is_settled and requests.dated_on <= periods.cut_off_on) then 1 else 0 end) as open_count,
        max(case when not (requests.is_settled and requests.dated_on <= periods.cut_off_on)
            then {{ dbt.datediff('requests.submitted_on', 'periods.cut_off_on', 'day') }} end) as oldest_open_days,
        sum(case when {{ in_period }} then requests.decision_days end) as decision_days,
        count(case when {{ in_period }} then requests.decision_days end) as decided_with_date_count,
        sum(case when {{ in_period }} and requests.decision = 'approved' and requests.cost_delta is null then 1 else 0 end)
            as unrated_count,
        sum(case when requests.decision = 'approved' and requests.dated_on <= periods.cut_off_on
            and requests.cost_delta is null then 1 else 0 end) as unrated_cumulative_count,
        coalesce(sum(case when {{ in_period }} and requests.decision = 'approved' then requests.cost_delta end), 0) as cost_delta,
        coalesce(sum(case when {{ in_period }} and requests.decision = 'approved' then requests.days_delta end), 0) as days_delta,
        coalesce(sum(case when requests.decision = 'approved' and requests.dated_on <= periods.cut_off_on
            then requests.cost_delta end), 0) as cumulative_cost_delta,
        coalesce(sum(case when requests.decision = 'approved' and requests.dated_on <= periods.cut_off_on
            then requests.days_delta end), 0) as cumulative_days_delta
    from periods
    left join requests
        on periods.project_code = requests.project_code
        and requests.submitted_on <= periods.cut_off_on
    group by periods.project_code, periods.period_no

)

select
    periods.project_code,
    periods.period,
    periods.period_no,
    periods.end_on as period_end_on,
    periods.is_partial_period,
    periods.end_on >= parameters.as_of as is_as_of_period,
    counted.cr_count,
    counted.submitted_count,
    counted.approved_count,
    counted.rejected_count,
    counted.deferred_count,
    counted.open_count,
    counted.oldest_open_days,
    counted.decision_days,
    counted.decided_with_date_count,
    case when counted.unrated_count = 0 then cast(counted.cost_delta as decimal(18, 2)) end as cost_delta,
    cast(counted.days_delta as decimal(18, 4)) as days_delta,
    case when counted.unrated_cumulative_count = 0 then cast(counted.cumulative_cost_delta as decimal(18, 2)) end
        as cumulative_cost_delta,
    cast(counted.cumulative_days_delta as decimal(18, 4)) as cumulative_days_delta,
    effective.original_version_no is not null as has_baseline,
    case
        when effective.original_version_no is not null and original.project_code is null then cast(0 as decimal(18, 2))
        else cast(original.amount as decimal(18, 2))
    end as baseline_original,
    case
        when effective.revised_version_no is not null and revised.project_code is null then cast(0 as decimal(18, 2))
        else cast(revised.amount as decimal(18, 2))
    end as baseline_revised
from periods
cross join parameters
inner join counted
    on periods.project_code = counted.project_code
    and periods.period_no = counted.period_no
left join effective
    on periods.project_code = effective.project_code
    and periods.period_no = effective.period_no
left join line_totals as original
    on periods.project_code = original.project_code
    and effective.original_version_no = original.version_no
left join line_totals as revised
    on periods.project_code = revised.project_code
    and effective.revised_version_no = revised.version_no
