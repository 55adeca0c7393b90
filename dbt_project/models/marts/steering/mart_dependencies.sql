-- How long a chain of open dependencies ends with each one. Walks are lengthened step by step, up to a limit: what still
-- has a longer walk into it is in a cycle or hangs on one, and only there are paths joined to paths to find the cycles.
{% set longest = 32 -%}
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

deliverers as (

    select distinct
        report_date,
        from_node
    from open_edges

),

-- An edge whose end delivers nothing lengthens no walk to another one.
edges as (

    select open_edges.*
    from open_edges
    inner join deliverers
        on open_edges.report_date = deliverers.report_date
        and open_edges.to_node = deliverers.from_node

),

-- The nodes with a walk of so many edges into them.
{% for step in range(longest) -%}
reached_{{ step + 1 }} as (

    select distinct
        edges.report_date,
        edges.to_node as node
    from edges
    {%- if step %}
    inner join reached_{{ step }} as earlier
        on edges.report_date = earlier.report_date
        and edges.from_node = earlier.node
    {%- endif %}

),

{% endfor -%}
depths as (

    select
        report_date,
        node,
        max(hops) as hops
    from (
        {% for step in range(1, longest + 1) -%}
        select report_date, node, {{ step }} as hops from reached_{{ step }}
        {% if not loop.last %}union all
        {% endif -%}
        {%- endfor -%}
    ) as reached
    group by report_date, node

),

-- Between cycles: edges from which and to which walks do not end.
endless as (

    select edges.*
    from edges
    inner join reached_{{ longest }} as starts
        on edges.report_date = starts.report_date
        and edges.from_node = starts.node

),

{% for step in range(longest) -%}
leading_{{ step + 1 }} as (

    select distinct
        endless.report_date,
        endless.from_node as node
    from endless
    {%- if step %}
    inner join leading_{{ step }} as later
        on endless.report_date = later.report_date
        and endless.to_node = later.node
    {%- endif %}

),

{% endfor -%}
core as (

    select endless.*
    from endless
    inner join leading_{{ longest }} as ends
        on endless.report_date = ends.report_date
        and endless.to_node = ends.node

),

paths_0 as (

    select
        report_date,
        from_node,
        to_node
    from core

),

{% for step in range(doublings) -%}
paths_{{ step + 1 }} as (

    select report_date, from_node, to_node
    from paths_{{ step }}
    union
    select earlier.report_date, earlier.from_node, later.to_node
    from paths_{{ step }} as earlier
    inner join paths_{{ step }} as later
        on earlier.report_date = later.report_date
        and earlier.to_node = later.from_node

),

{% endfor -%}
paths as (

    select * from paths_{{ doublings }}

),

node_names as (

    select
        from_node as node,
        max(coalesce(nullif(from_project_code, 'unmapped'), from_source_project)) as project
    from snapshots
    group by from_node

),

-- Nodes that lead to each other are one knot, named after one of them: an edge within a knot is in a cycle.
knots as (

    select
        onward.report_date,
        onward.from_node as node,
        min(onward.to_node) as knot
    from paths as onward
    inner join paths as homeward
        on onward.report_date = homeward.report_date
        and onward.from_node = homeward.to_node
        and onward.to_node = homeward.from_node
    group by onward.report_date, onward.from_node

),

knot_projects as (

    select
        knots.report_date,
        knots.knot,
        {{ joined_values('node_names.project') }} as cycle_projects
    from knots
    inner join node_names
        on knots.node = node_names.node
    group by knots.report_date, knots.knot

),

measured as (

    select
        snapshots.*,
        snapshots.is_open and snapshots.is_blocking and knot_projects.knot is not null as is_in_cycle,
        case when snapshots.is_open and snapshots.is_blocking then knot_projects.cycle_projects end as cycle_projects,
        coalesce(depths.hops, 0) = {{ longest }} as is_fed_by_cycle,
        1 + coalesce(depths.hops, 0) as chain_depth
    from snapshots
    left join depths
        on snapshots.report_date = depths.report_date
        and snapshots.from_node = depths.node
    left join knots as from_knots
        on snapshots.report_date = from_knots.report_date
        and snapshots.from_node = from_knots.node
    left join knots as to_knots
        on snapshots.report_date = to_knots.report_date
        and snapshots.to_node = to_knots.node
    left join knot_projects
        on from_knots.report_date = knot_projects.report_date
        and from_knots.knot = to_knots.knot
        and from_knots.knot = knot_projects.knot
        and snapshots.from_node <> snapshots.to_node

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
