"""The history of issues: one row for every field that a change touched.

    Cloud          `changelog/bulkfetch` (moments as numbers), `issue/{id}/changelog` (as text)
    Data Center    `changelog.histories` of the issue, asked for with expand=changelog

The same change gives the same rows whichever answer it came in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from connectors.errors import SchemaChanged
from connectors.jira import values
from connectors.jira.documents import settled, settled_value
from connectors.jira.moments import to_cursor
from connectors.jira.shapes.reading import MEND, Record, Shape, account, member
from connectors.jira.tables import ISSUE_CHANGES


def value_text(value: Any) -> str | None:
    """A value before or after a change: text; a bare number where an app writes one."""
    return (
        str(value) if isinstance(value, int | float) and not isinstance(value, bool) else values.text(value)
    )


def _as_it_is(record: Record) -> Record:
    return record


CHANGE_SHAPE = Shape(
    table=ISSUE_CHANGES,
    members={
        "history_id": member(values.reference, "id", required=True),
        "position": member(values.integer, "position", required=True),
        "issue_id": member(values.reference, "issueId", required=True),
        "author_account": account("author"),
        "changed_at": member(values.moment_or_epoch, "created", required=True),
        # Data Center names the field alone.
        "field_id": member(values.text, "item.fieldId"),
        "field": member(values.text, "item.field", required=True),
        "field_type": member(values.text, "item.fieldtype"),
        "from_value": member(value_text, "item.from"),
        "from_text": member(value_text, "item.fromString"),
        "to_value": member(value_text, "item.to"),
        "to_text": member(value_text, "item.toString"),
    },
    noun="change",
    place="history_id",
    landed=_as_it_is,
)
"""Reads what `changes_of` gives, which is settled already."""


def changes_of(issue_id: str, histories: Iterable[Record]) -> Iterator[Record]:
    """One record for every changed field of the histories of an issue; a history without fields gives none."""
    for history in histories:
        items = history.get("items") or []
        # Settled here, once a history, and not once a row.
        common = settled({name: value for name, value in history.items() if name != "items"})
        common |= {"issueId": issue_id, "created": _written(history.get("created"))}
        # Whatever is no list of fields is given as one, for the row's reader to refuse.
        for position, item in enumerate(items if isinstance(items, list) else [items]):
            yield {**common, "position": position, "item": settled_value(item)}


def histories_in(issue: Record, *, source: str) -> list[Record]:
    """The histories that came with an issue document; none where the changelog was not expanded.

    Raises:
        SchemaChanged: what came as its changelog is none.
    """
    changelog = issue.get("changelog")
    if changelog is None:
        return []
    histories = changelog.get("histories") if isinstance(changelog, dict) else None
    if not isinstance(histories, list) or not all(isinstance(each, dict) for each in histories):
        message = (
            f"{source}: changelog of issue {issue.get('key')} should hold a list of histories, and does not."
        )
        raise SchemaChanged(message, mend=MEND)
    return histories


def _written(created: Any) -> Any:
    """A moment in one notation; what can't be read as it is, for the row's reader to refuse."""
    try:
        return to_cursor(values.moment_or_epoch(created))
    except (TypeError, ValueError):
        return created
