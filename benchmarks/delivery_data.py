"""A made-up Jira as landed batches: so many issues, ten changes each, on the projects of `benchmarks.finance_data`.

Of the ten changes of an issue four or five are of its status, two of its sprint and one of its estimate. Projects of even
number plan in sprints of about ten issues, the others have a kanban board. Every fifth issue is linked to one of the
next project, every twentieth has a worklog.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.finance_data import FIRST_DAY, Size, land

SITE = "jira.example.org"
CHANGES_AN_ISSUE = 10
DAYS = 1826
CHANGE_BATCHES = 10
STATUSES = {
    "1": ("To Do", "new"),
    "3": ("In Progress", "indeterminate"),
    "4": ("Review", "indeterminate"),
    "5": ("Done", "done"),
}


def land_jira(home: Path, size: Size, issues: int) -> None:
    """Commits one batch of each table, ten of the changes."""
    for table, rows in (*_catalogue(), *_planning(size, issues), *_work(size, issues)):
        land(home, f"jira.{table}", f"jira:{SITE}", rows)


def _catalogue() -> Iterator[tuple[str, str]]:
    statuses = ", ".join(f"('{key}', '{name}', '{category}')" for key, (name, category) in STATUSES.items())
    site = f"'{SITE}' as site, '{{}}' as document"
    yield (
        "fields",
        (
            f"select {site}, * from (values "
            "('customfield_1', 'Sprint', true, 'array', 'com.pyxis.greenhopper.jira:gh-sprint'), "
            "('customfield_2', 'Story Points', true, 'number', "
            "'com.atlassian.jira.plugin.system.customfieldtypes:float'), "
            "('status', 'Status', false, 'status', null)) as f(field_id, name, is_custom, value_type, custom_type)"
        ),
    )
    yield "statuses", f"select {site}, * from (values {statuses}) as s(status_id, name, category_key)"
    yield (
        "issue_types",
        (
            f"select {site}, * from (values ('10', 'Story', false, 0), ('11', 'Bug', false, 0), "
            "('12', 'Sub-task', true, -1)) as t(issue_type_id, name, is_subtask, hierarchy_level)"
        ),
    )
    yield "resolutions", f"select {site}, '1' as resolution_id, 'Fixed' as name"
    yield (
        "link_types",
        f"select {site}, '1' as link_type_id, 'Blocks' as name, 'is blocked by' as inward, 'blocks' as outward",
    )


def _planning(size: Size, issues: int) -> Iterator[tuple[str, str]]:
    """Projects with their boards, sprints and versions, and the accounts."""
    every = f"'{SITE}' as site, '{{}}' as document"
    project = f"{every}, p::varchar as project_id, 'P' || p as project_key"
    columns = '[{"position":1,"name":"To do","statuses":["1"]},{"position":2,"name":"Doing","statuses":["3","4"]},{"position":3,"name":"Done","statuses":["5"]}]'
    sprints, days = _sprints(size, issues), DAYS / _sprints(size, issues)
    start = f"(timestamp '{FIRST_DAY}' + to_days((s * {days})::integer))"
    end = f"(timestamp '{FIRST_DAY}' + to_days(((s + 1) * {days})::integer))"
    yield (
        "projects",
        f"select {project}, 'Project ' || p as name, 'live' as visibility from range({size.projects}) as r(p)",
    )
    yield (
        "project_census",
        (
            f"select {project}, 'live' as visibility, {issues} // {size.projects} as issues_in_jira, "
            f"{issues} // {size.projects} as issues_in_landing, 0 as missing, 0 as surplus from range({size.projects}) as r(p)"
        ),
    )
    yield (
        "users",
        (
            f"select {every}, 'U' || u as account, 'atlassian' as account_type, 'User ' || u as display_name, "
            f"true as is_active from range({size.people}) as r(u)"
        ),
    )
    yield (
        "boards",
        (
            f"select {project}, p::varchar as board_id, 'Board ' || p as name, "
            "case when p % 2 = 0 then 'scrum' else 'kanban' end as board_type, 'customfield_2' as estimation_field_id, "
            f"'Story Points' as estimation_field_name, '{columns}' as columns from range({size.projects}) as r(p)"
        ),
    )
    yield (
        "sprints",
        (
            f"select {every}, (p * {sprints} + s)::varchar as sprint_id, p::varchar as board_id, "
            f"'Sprint ' || s as name, case when s = {sprints - 1} then 'active' else 'closed' end as state, "
            f"{start} as started_at, {end} as ended_at, case when s < {sprints - 1} then {end} end as completed_at "
            f"from range(0, {size.projects}, 2) as r(p), range({sprints}) as t(s)"
        ),
    )
    yield (
        "versions",
        (
            f"select {project}, (p * 5 + v)::varchar as version_id, v || '.0' as name, v < 4 as is_released, "
            f"case when v < 4 then (date '{FIRST_DAY}' + (v * 365)::integer)::date end as released_on "
            f"from range({size.projects}) as r(p), range(5) as t(v)"
        ),
    )


def _work(size: Size, issues: int) -> Iterator[tuple[str, str]]:
    sprints = _sprints(size, issues)
    yield "issues", _issues(sprints, _numbered(size, issues, 0, issues))
    for batch in range(CHANGE_BATCHES):
        first, last = issues * batch // CHANGE_BATCHES, issues * (batch + 1) // CHANGE_BATCHES
        yield "issue_changes", _changes(sprints, _numbered(size, issues, first, last))
    yield (
        "worklogs",
        (
            f"select '{SITE}' as site, '{{}}' as document, i::varchar as worklog_id, i::varchar as issue_id, "
            "'P' || p as project_key, 'U' || u as author_account, created_at + to_days(gap) as started_at, "
            "1.5 as hours, created_at + to_days(gap) as created_at "
            f"from ({_numbered(size, issues, 0, issues)}) where i % 20 = 0"
        ),
    )
    yield (
        "issue_availability",
        (
            f"select '{SITE}' as site, '{{}}' as document, i::varchar as issue_id, "
            "case when i % 200 = 0 then 'deleted' else 'present' end as availability "
            f"from range({issues}) as r(i)"
        ),
    )


def _sprints(size: Size, issues: int) -> int:
    """How many sprints a project has: one for ten issues."""
    return max(2, issues // size.projects // 10)


def _numbered(size: Size, issues: int, first: int, last: int) -> str:
    """Issues by number with what both tables need; the sprints are that of the beginning and the one after it."""
    sprints = _sprints(size, issues)
    born = "(i * 7919) % 1760"
    sprint = f"(({born} + 2 + i % 5) * {sprints} // {DAYS})"
    return (
        f"select i, i % {size.projects} as p, i // {size.projects} + 1 as n, i % {size.people} as u, "
        f"(1 + i % 5)::integer as gap, i % 10 = 0 as is_open, i % {size.projects} % 2 = 0 as is_scrum, "
        f"timestamp '{FIRST_DAY} 09:00:00' + to_days(({born})::integer) + to_seconds(i % 3600) as created_at, "
        f"i % {size.projects} * {sprints} + {sprint} as sprint, {sprint} as sprint_no, "
        f"i % {size.projects} * {sprints} + least({sprint} + 1, {sprints - 1}) as next_sprint "
        f"from range({first}, {last}) as r(i)"
    )


def _issues(sprints: int, numbered: str) -> str:
    listed = (
        '\'[{"id":"\' || sprint || \'","board_id":"\' || p || \'","name":"Sprint","state":"closed"},'
        '{"id":"\' || next_sprint || \'","board_id":"\' || p || \'","name":"Sprint","state":"closed"}]\''
    )
    link = (
        '\'[{"id":"\' || (i // 5) || \'","type_id":"1","direction":"\' || '
        "case when i % 5 = 0 then 'outward' else 'inward' end || '\",\"issue_id\":\"' || "
        'case when i % 5 = 0 then i + 1 else i - 1 end || \'","issue_key":"X"}]\''
    )
    return (
        f"select '{SITE}' as site, '{{}}' as document, i::varchar as issue_id, 'P' || p || '-' || n as issue_key, "
        "p::varchar as project_id, 'P' || p as project_key, "
        "case when i % 6 = 0 then 'Bug' when i % 50 = 7 then 'Sub-task' else 'Story' end as issue_type, "
        "case when i % 6 = 0 then '11' when i % 50 = 7 then '12' else '10' end as issue_type_id, "
        "i % 50 = 7 and i % 6 <> 0 as is_subtask, 'Work on item ' || i as summary, "
        "case when is_open then 'Review' else 'Done' end as status, case when is_open then '4' else '5' end as status_id, "
        "case when is_open then 'indeterminate' else 'done' end as status_category, "
        "case when is_open then null else 'Fixed' end as resolution, case when is_open then null else '1' end as resolution_id, "
        "'U' || u as assignee_account, 'U' || u as reporter_account, 1 + i % 8 as story_points, "
        "created_at, created_at + to_days(10 * gap) as updated_at, "
        "case when is_open then null else created_at + to_days(9 * gap) end as resolved_at, '[]' as labels, "
        "'[]' as components, '[]' as fix_versions, "
        "case when i % 6 = 0 then '[{\"id\":\"' || (p * 5 + i % 5) || '\"}]' else '[]' end as affects_versions, "
        f"case when i % 5 < 2 then {link} else '[]' end as links, "
        f"case when is_scrum then {listed} else '[]' end as sprints, false as is_deleted from ({numbered})"
    )


def _changes(sprints: int, numbered: str) -> str:
    """Change `k` of an issue happens `k` + 1 times its gap after its creation."""
    steps = {2: ("1", "3"), 4: ("3", "4"), 5: ("4", "3"), 7: ("3", "4"), 8: ("4", "5")}

    def chosen(side: int, *, text: bool) -> str:
        status = " ".join(
            f"when {k} then '{STATUSES[step[side]][0] if text else step[side]}'" for k, step in steps.items()
        )
        came = "sprint" if not text else "'Sprint ' || sprint_no"
        carried = f"{came} || ', ' || " + ("next_sprint" if not text else "'Sprint ' || (sprint_no + 1)")
        first = ("''", f"{came}::varchar") if side == 0 else (f"{came}::varchar", carried)
        estimate = "''" if side == 0 else ("(1 + i % 8)::varchar" if text else "null")
        return (
            f"case kind when 'status' then case k {status} end "
            f"when 'Sprint' then case when k = 1 then {first[0]} else {first[1]} end "
            f"when 'Story Points' then {estimate} else 'x' || ({side} + k) end"
        )

    kind = (
        "case when k in (2, 4, 5, 7) or (k = 8 and not is_open) then 'status' "
        "when k in (1, 6) and is_scrum then 'Sprint' when k = 0 then 'Story Points' "
        "when k = 3 then 'assignee' else 'labels' end"
    )
    return (
        f"select '{SITE}' as site, '{{}}' as document, (i * {CHANGES_AN_ISSUE} + k)::varchar as history_id, 0 as position, "
        "i::varchar as issue_id, 'U' || u as author_account, created_at + to_days(((k + 1) * gap)::integer) as changed_at, "
        "case kind when 'Sprint' then 'customfield_1' when 'Story Points' then 'customfield_2' else kind end as field_id, "
        "kind as field, case when kind in ('Sprint', 'Story Points') then 'custom' else 'jira' end as field_type, "
        f"{chosen(0, text=False)} as from_value, {chosen(0, text=True)} as from_text, "
        f"{chosen(1, text=False)} as to_value, {chosen(1, text=True)} as to_text "
        f"from (select *, {kind} as kind from ({numbered}), range({CHANGES_AN_ISSUE}) as c(k))"
    )
