-- How far each dependency stands down a chain of dependencies that are open at its report date. Paths are joined to
-- paths, so that each step doubles the length that is known and no cycle can run on for ever.
{% set doublings = 6 -%}
with snapshots as (

    select * from {{ ref('fct_dependency_snapshot') }}

),

-- The register as known at each of its report dates; links of Jira between issues, as they are now.
open_edges as (

    select distinct
        dates.report_date,
        states.from_node,
        states.to_node
    from (select distinct report_date from {{ ref('int_dependency_states') }}) as dates
    inner join {{ ref('int_dependency_states') }} as states
        on dates.report_date >= states.known_from_on
        and (states.next_report_on is null or dates.report_date < states.next_report_on)
    where states.is_open and states.from_node <> states.to_node
    union
    select distinct
        report_date,
        from_node,
        to_node
    from snapshots
    where source_system = 'jira' and is_blocking and is_open

),

-- An edge whose end delivers nothing is on no path to another one.
edges as (

    select open_edges.*
    from open_edges
    inner join (select distinct report_date, from_node from open_edges) as deliverers
        on open_edges.report_date = deliverers.report_date
        and open_edges.to_node = deliverers.from_node

),

paths_0 as (

    select
        report_date,
        from_node,
        to_node,
        1 as hops
    from edges

),

{% for step in range(doublings) -%}
paths_{{ step + 1 }} as (

    select
        report_date,
        from_node,
        to_node,
        max(hops) as hops
    from (
        select report_date, from_node, to_node, hops
        from paths_{{ step }}
        union all
        select earlier.report_date, earlier.from_node, later.to_node, earlier.hops + later.hops
        from paths_{{ step }} as earlier
        inner join paths_{{ step }} as later
            on earlier.report_date = later.report_date
            and earlier.to_node = later.from_node
    ) as joined
    group by report_date, from_node, to_node

),

{% endfor -%}
paths as (

    select * from paths_{{ doublings }}

),

in_cycles as (

    select report_date, from_node as node
    from paths
    where from_node = to_node

),

-- Per node: the longest way to it, and whether a cycle lies on one.
upstream as (

    select
        paths.report_date,
        paths.to_node as node,
        max(paths.hops) as hops,
        max(case when in_cycles.node is not null then 1 else 0 end) as is_fed_by_cycle
    from paths
    left join in_cycles
        on paths.report_date = in_cycles.report_date
        and paths.from_node = in_cycles.node
    group by paths.report_date, paths.to_node

),

-- An edge is in a cycle where its end leads back to its start; the nodes on the way are those of the cycle.
node_names as (

    select from_node as node, max(coalesce(nullif(from_project_code, 'unmapped'), from_source_project)) as project
    from snapshots
    group by from_node

),

cycles as (

    select
        back.report_date,
        back.to_node as from_node,
        back.from_node as to_node,
        {{ joined_values('node_names.project') }} as cycle_projects
    from paths as back
    inner join edges
        on back.report_date = edges.report_date
        and back.to_node = edges.from_node
        and back.from_node = edges.to_node
    inner join paths as onward
        on back.report_date = onward.report_date
        and back.to_node = onward.from_node
    inner join paths as homeward
        on onward.report_date = homeward.report_date
        and onward.to_node = homeward.from_node
        and back.to_node = homeward.to_node
    inner join node_names
        on onward.to_node = node_names.node
    group by back.report_date, back.to_node, back.from_node

),

measured as (

    select
        snapshots.*,
        snapshots.is_open and snapshots.is_blocking and cycles.from_node is not null as is_in_cycle,
        case when snapshots.is_open and snapshots.is_blocking then cycles.cycle_projects end as cycle_projects,
        coalesce(upstream.is_fed_by_cycle, 0) = 1 as is_fed_by_cycle,
        1 + coalesce(upstream.hops, 0) as chain_depth
    from snapshots
    left join upstream
        on snapshots.report_date = upstream.report_date
        and snapshots.from_node = upstream.node
    left join cycles
        on snapshots.report_date = cycles.report_date
        and snapshots.from_node = cycles.from_node
        and snapshots.to_node = cycles.to_node

)

select
    dependency_snapshot_sk,
    dependency_sk,
    source_system,
    dependency,
    link_type,
    is_blocking,
    from_project_sk,
    from_project_code,
    from_project_name,
    from_source_project,
    to_project_sk,
    to_project_code,
    to_project_name,
    to_source_project,
    report_date,
    reported_on,
    is_current,
    need_date,
    promise_date,
    status,
    is_open,
    float_days,
    float_days_null_reason,
    is_blocking and is_open and coalesce(need_date < report_date, false) as is_overdue,
    is_blocking and not is_cancelled
    and (coalesce(float_days < 0, false) or (is_open and coalesce(need_date < report_date, false))) as breach,
    case when is_blocking and not is_in_cycle and not is_fed_by_cycle then cast(chain_depth as integer) end as chain_depth,
    case
        when not is_blocking then 'not_blocking'
        when is_in_cycle then 'cycle'
        when is_fed_by_cycle then 'after_cycle'
    end as chain_depth_null_reason,
    is_in_cycle,
    cycle_projects,
    as_of
from measured
