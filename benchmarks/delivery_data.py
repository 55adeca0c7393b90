"""A made-up Jira as landed batches, on the projects of `benchmarks.finance_data`; its issues: `benchmarks.issues_data`.

Projects of even number have a scrum board and sprints of about ten issues, the others a kanban board.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from benchmarks.finance_data import FIRST_DAY, Size, land
from benchmarks.issues_data import DAYS, EVERY, SITE, STATUSES, Work, changes, issues, worklogs

CHANGE_BATCHES = 10
COLUMNS = {"To do": ["1"], "Doing": ["3", "4"], "Done": ["5"]}


def land_jira(home: Path, size: Size, count: int) -> None:
    """Commits one batch of each table, ten of the changes; `count` issues."""
    work = Work(count, size.projects, size.people)
    for table, rows in (*_catalogue(), *_planning(work), *_issues(work)):
        land(home, f"jira.{table}", f"jira:{SITE}", rows)


def _catalogue() -> Iterator[tuple[str, str]]:
    statuses = ", ".join(f"('{key}', '{name}', '{category}')" for key, (name, category) in STATUSES.items())
    yield (
        "fields",
        (
            f"select {EVERY}, * from (values "
            "('customfield_1', 'Sprint', true, 'array', 'com.pyxis.greenhopper.jira:gh-sprint'), "
            "('customfield_2', 'Story Points', true, 'number', "
            "'com.atlassian.jira.plugin.system.customfieldtypes:float'), "
            "('status', 'Status', false, 'status', null)) as f(field_id, name, is_custom, value_type, custom_type)"
        ),
    )
    yield "statuses", f"select {EVERY}, * from (values {statuses}) as s(status_id, name, category_key)"
    yield (
        "issue_types",
        (
            f"select {EVERY}, * from (values ('10', 'Story', false, 0), ('11', 'Bug', false, 0), "
            "('12', 'Sub-task', true, -1)) as t(issue_type_id, name, is_subtask, hierarchy_level)"
        ),
    )
    yield "resolutions", f"select {EVERY}, '1' as resolution_id, 'Fixed' as name"
    yield (
        "link_types",
        f"select {EVERY}, '1' as link_type_id, 'Blocks' as name, 'is blocked by' as inward, 'blocks' as outward",
    )


def _planning(work: Work) -> Iterator[tuple[str, str]]:
    """Projects with their census, boards, sprints and versions, and the accounts."""
    project = f"{EVERY}, p::varchar as project_id, 'P' || p as project_key"
    projects = f"range({work.projects}) as r(p)"
    columns = json.dumps(
        [
            {"position": position, "name": name, "statuses": statuses}
            for position, (name, statuses) in enumerate(COLUMNS.items(), 1)
        ]
    )
    last, days = work.sprints - 1, DAYS / work.sprints
    start = f"(timestamp '{FIRST_DAY}' + to_days((s * {days})::integer))"
    end = f"(timestamp '{FIRST_DAY}' + to_days(((s + 1) * {days})::integer))"
    yield "projects", f"select {project}, 'Project ' || p as name, 'live' as visibility from {projects}"
    yield (
        "project_census",
        (
            f"select {project}, 'live' as visibility, {work.issues // work.projects} as issues_in_jira, "
            f"{work.issues // work.projects} as issues_in_landing, 0 as missing, 0 as surplus from {projects}"
        ),
    )
    yield (
        "users",
        (
            f"select {EVERY}, 'U' || u as account, 'atlassian' as account_type, 'User ' || u as display_name, "
            f"true as is_active from range({work.people}) as r(u)"
        ),
    )
    yield (
        "boards",
        (
            f"select {project}, p::varchar as board_id, 'Board ' || p as name, "
            "case when p % 2 = 0 then 'scrum' else 'kanban' end as board_type, "
            "'customfield_2' as estimation_field_id, 'Story Points' as estimation_field_name, "
            f"'{columns}' as columns from {projects}"
        ),
    )
    yield (
        "sprints",
        (
            f"select {EVERY}, (p * {work.sprints} + s)::varchar as sprint_id, p::varchar as board_id, "
            f"'Sprint ' || s as name, case when s = {last} then 'active' else 'closed' end as state, "
            f"{start} as started_at, {end} as ended_at, case when s < {last} then {end} end as completed_at "
            f"from range(0, {work.projects}, 2) as r(p), range({work.sprints}) as t(s)"
        ),
    )
    yield (
        "versions",
        (
            f"select {project}, (p * 5 + v)::varchar as version_id, v || '.0' as name, v < 4 as is_released, "
            f"case when v < 4 then (date '{FIRST_DAY}' + (v * 365)::integer)::date end as released_on "
            f"from {projects}, range(5) as t(v)"
        ),
    )


def _issues(work: Work) -> Iterator[tuple[str, str]]:
    yield "issues", issues(work)
    edges = [work.issues * batch // CHANGE_BATCHES for batch in range(CHANGE_BATCHES + 1)]
    for first, last in pairwise(edges):
        yield "issue_changes", changes(work, first, last)
    yield "worklogs", worklogs(work)
    yield (
        "issue_availability",
        (
            f"select {EVERY}, i::varchar as issue_id, "
            "case when i % 200 = 0 then 'deleted' else 'present' end as availability "
            f"from range({work.issues}) as r(i)"
        ),
    )
