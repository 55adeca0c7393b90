"""The fields of the demo company's issues. Cloud and Data Center give the same custom field different ids.

`ROLES` names a custom field by what it is for; the id is the site's affair.
"""

from __future__ import annotations

from typing import Literal

from demo.jira.references import Field

Deployment = Literal["cloud", "server"]

_SYSTEM = {
    "summary": ("Summary", "string", None),
    "issuetype": ("Issue Type", "issuetype", None),
    "project": ("Project", "project", None),
    "parent": ("Parent", "issuelink", None),
    "status": ("Status", "status", None),
    "statuscategorychangedate": ("Status Category Changed", "datetime", None),
    "priority": ("Priority", "priority", None),
    "resolution": ("Resolution", "resolution", None),
    "resolutiondate": ("Resolved", "datetime", None),
    "created": ("Created", "datetime", None),
    "updated": ("Updated", "datetime", None),
    "duedate": ("Due date", "date", None),
    "labels": ("Labels", "array", "string"),
    "components": ("Components", "array", "component"),
    "fixVersions": ("Fix versions", "array", "version"),
    "versions": ("Affects versions", "array", "version"),
    "issuelinks": ("Linked Issues", "array", "issuelinks"),
    "subtasks": ("Sub-tasks", "array", "issuelinks"),
    "assignee": ("Assignee", "user", None),
    "reporter": ("Reporter", "user", None),
    "creator": ("Creator", "user", None),
    "description": ("Description", "string", None),
    "environment": ("Environment", "string", None),
    "timespent": ("Time Spent", "number", None),
    "timeestimate": ("Remaining Estimate", "number", None),
    "timeoriginalestimate": ("Original estimate", "number", None),
    "workratio": ("Work Ratio", "number", None),
    "worklog": ("Log Work", "array", "worklog"),
    "comment": ("Comment", "comments-page", None),
    "security": ("Security Level", "securitylevel", None),
}
_AGILE = "com.pyxis.greenhopper.jira"
_PLAIN = "com.atlassian.jira.plugin.system.customfieldtypes"

ROLES: dict[Deployment, dict[str, str]] = {
    "cloud": {
        "points": "customfield_10016",
        "classic_points": "customfield_10031",
        "sprint": "customfield_10020",
        "flagged": "customfield_10021",
        "start": "customfield_10015",
        "epic": "customfield_10014",
        "rank": "customfield_10019",
    },
    "server": {
        "points": "customfield_10106",
        "sprint": "customfield_10104",
        "flagged": "customfield_10200",
        "start": "customfield_10301",
        "epic": "customfield_10101",
        "rank": "customfield_10105",
    },
}
_CUSTOM: dict[str, tuple[str, str, str | None, str]] = {
    "points": ("Story point estimate", "number", None, f"{_AGILE}:jsw-story-points"),
    "classic_points": ("Story Points", "number", None, f"{_PLAIN}:float"),
    "sprint": ("Sprint", "array", "json", f"{_AGILE}:gh-sprint"),
    "flagged": ("Flagged", "array", "option", f"{_PLAIN}:multicheckboxes"),
    "start": ("Start date", "date", None, f"{_PLAIN}:datepicker"),
    "epic": ("Epic Link", "any", None, f"{_AGILE}:gh-epic-link"),
    "rank": ("Rank", "any", None, f"{_AGILE}:gh-lexo-rank"),
}
_ON_DATA_CENTER = {"points": ("Story Points", "number", None, f"{_PLAIN}:float")}
CUSTOM_TYPES = {
    "number": f"{_PLAIN}:float",
    "string": f"{_PLAIN}:textfield",
    "date": f"{_PLAIN}:datepicker",
    "option": f"{_PLAIN}:select",
    "array": f"{_PLAIN}:labels",
}


def system_fields() -> list[Field]:
    """The fields that every Jira has."""
    return [Field(name, title, kind, items) for name, (title, kind, items) in _SYSTEM.items()]


def custom_fields(deployment: Deployment) -> list[Field]:
    """The custom fields of the demo company in a Jira of that kind."""
    shapes = _CUSTOM | (_ON_DATA_CENTER if deployment == "server" else {})
    return [
        Field(identity, name, kind, items, custom, role)
        for role, identity in ROLES[deployment].items()
        for name, kind, items, custom in [shapes[role]]
    ]
