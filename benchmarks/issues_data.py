"""SQL for made-up issues and ten changes of each, for `benchmarks.delivery_data`.

Of the ten changes of an issue four to six are of its status, two of its sprint and one of its estimate. Issues of
projects of even number pass through two sprints. A tenth is still in review; a tenth was done and is in progress again.
Every fifth issue blocks one of the next project, every twentieth has a worklog.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.finance_data import FIRST_DAY

SITE = "jira.example.org"
EVERY = f"'{SITE}' as site, '{{}}' as document"
CHANGES_AN_ISSUE = 10
DAYS = 1826
STATUSES = {
    "1": ("To Do", "new"),
    "3": ("In Progress", "indeterminate"),
    "4": ("Review", "indeterminate"),
    "5": ("Done", "done"),
}
_STEPS = {2: ("1", "3"), 4: ("3", "4"), 5: ("4", "3"), 7: ("3", "4"), 8: ("4", "5"), 9: ("5", "3")}
"""From which status to which the changes of an issue lead, by the change's number."""


@dataclass(frozen=True, slots=True)
class Work:
    """How many issues, on how many projects, by how many persons."""

    issues: int
    projects: int
    people: int

    @property
    def sprints(self) -> int:
        """How many sprints a project has: one for ten issues."""
        return max(2, self.issues // self.projects // 10)


def issues(work: Work) -> str:
    """Rows of `jira.issues`."""
    sprint = '\'{"id":"\' || {0} || \'","board_id":"\' || p || \'","name":"Sprint","state":"closed"}\''
    sprints = "'[' || " + " || ',' || ".join(
        sprint.replace("{0}", each) for each in ("sprint", "next_sprint")
    )
    link = (
        '\'[{"id":"\' || (i // 5) || \'","type_id":"1","direction":"\' || '
        "case when i % 5 = 0 then 'outward' else 'inward' end || '\",\"issue_id\":\"' || "
        'case when i % 5 = 0 then i + 1 else i - 1 end || \'","issue_key":"X"}]\''
    )
    last = " ".join(f"when '{key}' then '{name}'" for key, (name, _) in STATUSES.items())
    return (
        f"select {EVERY}, i::varchar as issue_id, 'P' || p || '-' || n as issue_key, "
        "p::varchar as project_id, 'P' || p as project_key, kind as issue_type, "
        "case kind when 'Story' then '10' when 'Bug' then '11' else '12' end as issue_type_id, "
        "kind = 'Sub-task' as is_subtask, 'Work on item ' || i as summary, "
        f"last_status as status_id, case last_status {last} end as status, "
        "case when last_status = '5' then 'done' else 'indeterminate' end as status_category, "
        "case when last_status = '5' then 'Fixed' end as resolution, "
        "case when last_status = '5' then '1' end as resolution_id, "
        "'U' || u as assignee_account, 'U' || u as reporter_account, 1 + n % 8 as story_points, "
        "created_at, created_at + to_days(10 * gap) as updated_at, "
        "case when last_status = '5' then created_at + to_days(9 * gap) end as resolved_at, "
        "'[]' as labels, '[]' as components, '[]' as fix_versions, "
        "case when kind = 'Bug' then '[{\"id\":\"' || (p * 5 + n % 5) || '\"}]' else '[]' end as affects_versions, "
        f"case when i % 5 < 2 then {link} else '[]' end as links, "
        f"case when is_scrum then {sprints} || ']' else '[]' end as sprints, false as is_deleted "
        f"from ({_numbered(work, 0, work.issues)})"
    )


def changes(work: Work, first: int, last: int) -> str:
    """Rows of `jira.issue_changes` for the issues from `first` to before `last`.

    Change `k` of an issue happens `k` + 1 times its gap after its creation.
    """
    field = (
        "case when k in (2, 4, 5, 7) or (k = 8 and last_status <> '4') or (k = 9 and last_status = '3') then 'status' "
        "when k in (1, 6) and is_scrum then 'Sprint' when k = 0 then 'Story Points' "
        "when k = 3 then 'assignee' else 'labels' end"
    )
    return (
        f"select {EVERY}, (i * {CHANGES_AN_ISSUE} + k)::varchar as history_id, 0 as position, "
        "i::varchar as issue_id, 'U' || u as author_account, "
        "created_at + to_days(((k + 1) * gap)::integer) as changed_at, field, "
        "case field when 'Sprint' then 'customfield_1' when 'Story Points' then 'customfield_2' else field end "
        "as field_id, case when field in ('Sprint', 'Story Points') then 'custom' else 'jira' end as field_type, "
        f"{_side(0, 'value')} as from_value, {_side(0, 'text')} as from_text, "
        f"{_side(1, 'value')} as to_value, {_side(1, 'text')} as to_text "
        f"from (select *, {field} as field from ({_numbered(work, first, last)}), range({CHANGES_AN_ISSUE}) as c(k))"
    )


def worklogs(work: Work) -> str:
    """Rows of `jira.worklogs`."""
    return (
        f"select {EVERY}, i::varchar as worklog_id, i::varchar as issue_id, 'P' || p as project_key, "
        "'U' || u as author_account, created_at + to_days(gap) as started_at, 1.5 as hours, "
        f"created_at + to_days(gap) as created_at from ({_numbered(work, 0, work.issues)}) where n % 20 = 0"
    )


def _numbered(work: Work, first: int, last: int) -> str:
    """Issues by number with what every table needs; the sprints are that of the beginning and the next."""
    return (
        "select *, p * {sprints} + sprint_no as sprint, p * {sprints} + least(sprint_no + 1, {last}) as next_sprint "
        "from (select *, p % 2 = 0 as is_scrum, (1 + n % 5)::integer as gap, "
        "case n // 5 % 10 when 0 then '4' when 1 then '3' else '5' end as last_status, "
        "case when n // 3 % 6 = 0 then 'Bug' when n % 50 = 7 then 'Sub-task' else 'Story' end as kind, "
        f"timestamp '{FIRST_DAY} 09:00:00' + to_days(born) + to_seconds(i % 3600) as created_at, "
        "(born + 2 + n % 5 * 2) * {sprints} // {days} as sprint_no "
        "from (select *, ((n * 7919 + p * 31) % 1760)::integer as born from ("
        f"select i, i % {work.projects} as p, i // {work.projects} + 1 as n, i % {work.people} as u "
        f"from range({first}, {last}) as r(i))))"
    ).format(sprints=work.sprints, last=work.sprints - 1, days=DAYS)


def _side(side: int, what: str) -> str:
    """SQL for one side (0 from, 1 to) of a change, as `value` or as `text`."""
    statuses = {k: STATUSES[step[side]][0] if what == "text" else step[side] for k, step in _STEPS.items()}
    status = " ".join(f"when {k} then '{name}'" for k, name in statuses.items())
    came = "'Sprint ' || sprint_no" if what == "text" else "sprint::varchar"
    carried = f"{came} || ', ' || " + ("'Sprint ' || (sprint_no + 1)" if what == "text" else "next_sprint")
    sprint = ("''", came, carried)[side : side + 2]
    estimate = "(1 + n % 8)::varchar" if what == "text" and side == 1 else "null"
    return (
        f"case field when 'status' then case k {status} end "
        f"when 'Sprint' then case k when 1 then {sprint[0]} else {sprint[1]} end "
        f"when 'Story Points' then {estimate} else 'x' || ({side} + k) end"
    )
