"""The history of issues: one row for every field that a change touched.

    Cloud          `changelog/bulkfetch` (moments as numbers), `issue/{id}/changelog` (as text)
    Data Center    `changelog.histories` of the issue, asked for with expand=changelog

The same change gives the same rows whichever answer it came in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from connectors.errors import SchemaChanged
from connectors.jira import values
from connectors.jira.documents import document, settled, settled_value
from connectors.jira.moments import to_cursor
from connectors.jira.shapes.reading import MEND, Block, Record, Shape, account, member
from connectors.jira.tables import ISSUE_CHANGES
from connectors.jira.values import whole_characters


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

_HEAD = ("history_id", "author_account", "changed_at")
_ITEM = {
    "field_id": "fieldId",
    "field": "field",
    "field_type": "fieldtype",
    "from_value": "from",
    "from_text": "fromString",
    "to_value": "to",
    "to_text": "toString",
}
_PLAIN_HISTORY = frozenset({"id", "author", "created", "items"})
_PLAIN_ITEM = frozenset(_ITEM.values())
_TEXT_OR_NONE = frozenset({str, type(None)})


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


def plain_changes(issue_id: str, histories: Sequence[Record]) -> Block | None:
    """The rows of `changes_of`, read at one go; None where a history is not as most are.

    Most have an id, an author, a moment, and items of nothing but texts. There are twenty such rows for every issue:
    read member by member, they are half of what a sync costs.
    """
    heads: list[tuple[str, str, datetime]] = []
    positions: list[int] = []
    items: list[Record] = []
    documents: list[str] = []
    for history in histories:
        head = _plain_head(history)
        if head is None:
            return None
        common = {
            "author": settled_value(history["author"]),
            "created": to_cursor(head[2]),
            "id": history["id"],
            "issueId": issue_id,
        }
        for position, item in enumerate(history["items"]):
            if type(item) is not dict or not item.keys() <= _PLAIN_ITEM:
                return None
            heads.append(head)
            positions.append(position)
            items.append(item)
            documents.append(document({**common, "item": item, "position": position}))
    columns: dict[str, list[Any]] = {
        name: [head[place] for head in heads] for place, name in enumerate(_HEAD)
    }
    columns |= {"issue_id": [issue_id] * len(items), "position": positions}
    for column, name in _ITEM.items():
        found = [item.get(name) for item in items]
        if not _TEXT_OR_NONE.issuperset(map(type, found)):
            return None
        columns[column] = [
            (each and (each if each.isascii() else whole_characters(each)).strip()) or None for each in found
        ]
    # The field is required, though it may be blank.
    return None if None in columns["field"] else Block(CHANGE_SHAPE, columns, documents)


def _plain_head(history: Record) -> tuple[str, str, datetime] | None:
    """Id, account and moment of a history that is as most are."""
    history_id, author, created = history.get("id"), history.get("author"), history.get("created")
    if history.keys() != _PLAIN_HISTORY or type(author) is not dict or type(history["items"]) is not list:
        return None
    account_id = author.get("accountId", author.get("key"))
    if type(history_id) is not str or not history_id.isdigit() or type(account_id) is not str:
        return None
    try:
        moment = values.moment_or_epoch(created)
    except (TypeError, ValueError):
        return None
    is_plain = account_id.strip() == account_id and account_id and not moment.microsecond % 1000
    return (history_id, account_id, moment) if is_plain else None


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
