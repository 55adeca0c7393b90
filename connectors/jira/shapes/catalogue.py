"""The site's vocabulary: fields, statuses, priorities, resolutions, issue types, link types."""

from __future__ import annotations

from typing import Any

from connectors.jira import values
from connectors.jira.shapes.reading import Shape, member
from connectors.jira.tables import FIELDS, ISSUE_TYPES, LINK_TYPES, PRIORITIES, RESOLUTIONS, STATUSES

_CATEGORY_KEYS = {"TODO": "new", "IN_PROGRESS": "indeterminate", "DONE": "done"}
"""`statuses/search` names a category by another word than `status` does."""


def category_key(value: Any) -> str | None:
    """new, indeterminate, done or undefined, which are the same in every language."""
    if isinstance(value, dict):
        found = value.get("key")
        return None if found is None else values.text(found)
    word = values.text(value)
    return word and _CATEGORY_KEYS.get(word, word.lower())


FIELD_SHAPE = Shape(
    table=FIELDS,
    members={
        "field_id": member(values.key, "id", required=True),
        "name": member(values.text, "name"),
        "is_custom": member(values.flag, "custom"),
        "value_type": member(values.text, "schema.type"),
        "item_type": member(values.text, "schema.items"),
        "custom_type": member(values.text, "schema.custom"),
    },
    noun="field",
    place="field_id",
)
STATUS_SHAPE = Shape(
    table=STATUSES,
    members={
        "status_id": member(values.reference, "id", required=True),
        "name": member(values.text, "name"),
        "category_key": member(category_key, "statusCategory"),
        "scope_project_id": member(values.reference, "scope.project.id"),
    },
    noun="status",
    place="status_id",
)
PRIORITY_SHAPE = Shape(
    table=PRIORITIES,
    members={
        "priority_id": member(values.reference, "id", required=True),
        "name": member(values.text, "name"),
    },
    noun="priority",
    place="priority_id",
)
"""Its `position`, from 1, is the place in Jira's list: `add(PRIORITY_SHAPE, record, position=1)`."""

RESOLUTION_SHAPE = Shape(
    table=RESOLUTIONS,
    members={
        "resolution_id": member(values.reference, "id", required=True),
        "name": member(values.text, "name"),
    },
    noun="resolution",
    place="resolution_id",
)
ISSUE_TYPE_SHAPE = Shape(
    table=ISSUE_TYPES,
    members={
        "issue_type_id": member(values.reference, "id", required=True),
        "name": member(values.text, "name"),
        "is_subtask": member(values.flag, "subtask"),
        # Data Center has no levels.
        "hierarchy_level": member(values.integer, "hierarchyLevel"),
        "scope_project_id": member(values.reference, "scope.project.id"),
    },
    noun="issue type",
    place="issue_type_id",
)
LINK_TYPE_SHAPE = Shape(
    table=LINK_TYPES,
    members={
        "link_type_id": member(values.reference, "id", required=True),
        "name": member(values.text, "name"),
        "inward": member(values.text, "inward"),
        "outward": member(values.text, "outward"),
    },
    noun="link type",
    place="link_type_id",
)
