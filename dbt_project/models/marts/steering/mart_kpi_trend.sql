-- Of each as-of date the last publication counts, of this one the release itself. Later dates that were published before a
-- release of the past was built again are not its past.
with candidates as (

    select
        snapshots.*,
        max(snapshots.publication_no) over (partition by snapshots.as_of) as last_publication_no,
        max(case when snapshots.is_this_release then 1 else 0 end) over (partition by snapshots.as_of) as has_this_release
    from {{ ref('fct_published_snapshot') }} as snapshots
    inner join {{ ref('stg_control__run_parameters') }} as parameters
        on snapshots.as_of <= parameters.as_of

),

counting as (

    select *
    from candidates
    where is_this_release or (has_this_release = 0 and publication_no = last_publication_no)

),

in_order as (

    select
        *,
        lag(as_of) over (partition by project_code, mart, measure, "view", fx_basis order by as_of) as previous_as_of,
        lag("value") over (partition by project_code, mart, measure, "view", fx_basis order by as_of) as previous_value
    from counting

)

select
    {{ surrogate_key([
        'in_order.as_of', 'in_order.project_code', 'in_order.mart', 'in_order.measure', 'in_order."view"', 'in_order.fx_basis'
    ]) }} as kpi_trend_sk,
    in_order.as_of,
    in_order.is_this_release,
    projects.project_sk,
    in_order.project_code,
    projects.project_name,
    in_order.mart,
    in_order.measure as indicator,
    in_order."view",
    in_order.fx_basis,
    in_order.period,
    in_order.currency,
    in_order."value",
    in_order.null_reason as value_null_reason,
    in_order.previous_as_of,
    in_order.previous_value,
    cast(in_order."value" - in_order.previous_value as decimal(38, 9)) as change,
    case
        when in_order.previous_as_of is null then 'first_report'
        when in_order."value" is null then in_order.null_reason
        when in_order.previous_value is null then 'previous_unknown'
    end as change_null_reason
from in_order
left join {{ ref('dim_project') }} as projects
    on in_order.project_code = projects.project_code
    and projects.is_current
