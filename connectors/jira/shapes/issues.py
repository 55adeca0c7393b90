"""Issues: one row an issue document, and what of the document lands."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from connectors.jira import values
from connectors.jira.documents import settled, settled_value
from connectors.jira.shapes import embedded
from connectors.jira.shapes.reading import Member, Record, Shape, account, member
from connectors.jira.shapes.site_fields import SiteFields
from connectors.jira.shapes.sprints import sprint_list, sprints_of
from connectors.jira.tables import ISSUES

_EXPANSIONS = frozenset(
    {"changelog", "renderedFields", "names", "schema", "transitions", "operations", "editmeta"}
    | {"versionedRepresentations", "fieldsToInclude"}
)
_OF_THE_READER = frozenset({"lastViewed", "watches", "votes"})
"""Whether the account watches or voted, and how many do: none of it counts as an update of the issue."""
_OF_THE_SUBTASKS = frozenset(
    {"aggregateprogress", "aggregatetimeestimate", "aggregatetimeoriginalestimate", "aggregatetimespent"}
)
_EPIC = 1
"""The level of an epic in Cloud's hierarchy of issue types."""


def epic_key(fields: Any, epic_link: tuple[str, ...]) -> str | None:
    """The key of the epic: of the site's field, of the agile API, or of a parent that is an epic."""
    if not isinstance(fields, dict):
        raise TypeError("an object")
    for name in epic_link:
        if fields.get(name) is not None:
            return values.text(fields[name])
    for name in ("epic", "parent"):
        found = fields.get(name)
        if isinstance(found, dict) and found.get("key") is not None and (name == "epic" or _is_epic(found)):
            return values.text(found["key"])
    return None


def _is_epic(parent: dict[str, Any]) -> bool:
    fields = parent.get("fields")
    kind = fields.get("issuetype") if isinstance(fields, dict) else None
    return isinstance(kind, dict) and kind.get("hierarchyLevel") == _EPIC


def _sprints(fields: Any, sprint: tuple[str, ...]) -> str:
    if not isinstance(fields, dict):
        raise TypeError("an object")
    return sprint_list(fields, sprint)


_MEMBERS = {
    "issue_id": member(values.identifier, "id", required=True),
    "issue_key": member(values.key, "key", required=True),
    "project_id": member(values.identifier, "fields.project.id"),
    "project_key": member(values.project_key, "fields.project.key", "key", required=True),
    "issue_type": member(values.text, "fields.issuetype.name"),
    "issue_type_id": member(values.reference, "fields.issuetype.id"),
    "is_subtask": member(values.flag, "fields.issuetype.subtask"),
    "summary": member(values.text, "fields.summary"),
    "status": member(values.text, "fields.status.name"),
    "status_id": member(values.reference, "fields.status.id"),
    # The category's name is in the account's language; its key is new, indeterminate or done everywhere.
    "status_category": member(values.text, "fields.status.statusCategory.key"),
    "priority": member(values.text, "fields.priority.name"),
    "priority_id": member(values.reference, "fields.priority.id"),
    "resolution": member(values.text, "fields.resolution.name"),
    "resolution_id": member(values.reference, "fields.resolution.id"),
    "assignee_account": account("fields.assignee"),
    "reporter_account": account("fields.reporter"),
    "creator_account": account("fields.creator"),
    "parent_id": member(values.reference, "fields.parent.id"),
    "parent_key": member(values.text, "fields.parent.key"),
    "original_estimate_hours": member(values.hours, "fields.timeoriginalestimate"),
    "remaining_estimate_hours": member(values.hours, "fields.timeestimate"),
    "time_spent_hours": member(values.hours, "fields.timespent"),
    # The list is cut, and shows what the account may see; the total says how many there are.
    "comment_count": member(values.count, "fields.comment.total", "fields.comment.comments"),
    "worklog_count": member(values.count, "fields.worklog.total", "fields.worklog.worklogs"),
    "security_level": member(values.text, "fields.security.name"),
    "due_on": member(values.day, "fields.duedate"),
    "created_at": member(values.moment, "fields.created", required=True),
    "updated_at": member(values.moment, "fields.updated", required=True),
    "resolved_at": member(values.moment, "fields.resolutiondate"),
    "labels": member(embedded.labels, "fields.labels", absent="[]"),
    "components": member(embedded.named, "fields.components", absent="[]"),
    "fix_versions": member(embedded.named, "fields.fixVersions", absent="[]"),
    "affects_versions": member(embedded.named, "fields.versions", absent="[]"),
    "links": member(embedded.links, "fields.issuelinks", absent="[]"),
    "is_deleted": member(values.flag, absent=False),
}


@cache
def issue_shape(fields: SiteFields) -> Shape:
    """How the issues of a site with these fields become rows."""
    return Shape(
        table=ISSUES,
        members={**_MEMBERS, **_site_members(fields)},
        noun="issue",
        place="issue_key",
        landed=partial(landed_issue, fields=fields),
    )


def _site_members(fields: SiteFields) -> dict[str, Member]:
    return {
        "epic_key": member(partial(epic_key, epic_link=fields.epic_link), "fields"),
        "story_points": member(values.number, *_paths(fields.story_points)),
        # The agile API answers the flag, as it does epic and sprint, under a name of its own.
        "is_flagged": member(values.chosen, *_paths(fields.flagged), "fields.flagged", absent=False),
        "started_on": member(values.day, *_paths(fields.start_date)),
        "sprints": member(partial(_sprints, sprint=fields.sprint), "fields", absent="[]"),
    }


def _paths(field_ids: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"fields.{field}" for field in field_ids)


def landed_issue(record: Record, fields: SiteFields) -> Record:
    """The issue as it lands: equal for two readings between which nobody changed it.

    Left out, beside what `settled` leaves out: what was expanded; comments and worklogs (cut, and landed elsewhere) but
    for their totals; what changes with other issues, with who asks, or with a clock; members that are null, so that a
    new field of the site is no change of every issue. Other issues, versions and sprints are named, not described.
    """
    members = record.get("fields") or {}
    skipped = _OF_THE_READER | _OF_THE_SUBTASKS | fields.volatile
    kept = {
        name: _LANDED[name](value) if name in _LANDED else settled_value(value)
        for name, value in members.items()
        if value is not None and name not in skipped
    }
    for name in fields.sprint:
        if name in kept:
            kept[name] = _sprint_names(members, name)
    around = {name: each for name, each in record.items() if name != "fields" and name not in _EXPANSIONS}
    return {**settled(around), "fields": kept}


def _sprint_names(members: dict[str, Any], field: str) -> Any:
    """Data Center's text of a sprint holds an address in memory, another each time it starts."""
    try:
        return [_name(sprint) for sprint in sprints_of(members, (field,))]
    except (TypeError, ValueError):
        return settled_value(members[field])


def _name(entity: Any) -> Any:
    """An entity that has a table of its own, by what names it."""
    if not isinstance(entity, dict):
        return entity
    return {name: entity[name] for name in ("id", "key", "name") if name in entity}


def _names(entities: Any) -> Any:
    return [_name(each) for each in entities] if isinstance(entities, list) else entities


def _links(links: Any) -> Any:
    return [
        {name: _name(each) if name.endswith("Issue") else each for name, each in settled(link).items()}
        for link in links
    ]


def _total(page: Any, listed: str) -> Any:
    total = page.get("total")
    return {"total": values.count(page.get(listed) or []) if total is None else total}


_LANDED: dict[str, Callable[[Any], Any]] = {
    "comment": partial(_total, listed="comments"),
    "worklog": partial(_total, listed="worklogs"),
    "parent": _name,
    "subtasks": _names,
    "issuelinks": _links,
    "fixVersions": _names,
    "versions": _names,
    "sprint": _name,
    "closedSprints": _names,
    "epic": _name,
}
ISSUE_SHAPE = issue_shape(SiteFields())
REFERENCE_SHAPE = Shape(
    table=ISSUES,
    members={name: _MEMBERS[name] for name in ("issue_id", "issue_key", "project_key")},
    noun="issue",
    place="issue_key",
)
"""What names an issue, of a record that holds little else."""
