"""The fields of recorded issues, told by their names, their values and the names that histories give them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from demo.jira.fields import Deployment, custom_fields, system_fields
from demo.jira.model import Document
from demo.jira.references import Field

_AGILE, _PLAIN = "com.pyxis.greenhopper.jira", "com.atlassian.jira.plugin.system.customfieldtypes"
_RANK = re.compile(r"\d\|\w+:\w*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T.*")


class FieldShapes:
    """Sees fields go by and remembers the first value that says what they are."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._names: dict[str, str] = {}

    def see(self, fields: Document, histories: Iterable[Document]) -> None:
        """The fields of one issue with its histories."""
        for name, value in fields.items():
            if self._values.get(name) in (None, [], {}):
                self._values[name] = value
        for item in (item for one in histories for item in one["items"]):
            if item.get("fieldId"):
                self._names.setdefault(item["fieldId"], item["field"])

    def fields(self) -> list[Field]:
        """Every field that some issue has; and Sprint and Epic Link for issues that show them as the agile API does."""
        system = {field.id: field for field in system_fields()}
        found = [system.get(name) or self._custom(name) for name in self._values]
        known = {field.custom for field in found}
        kinds: tuple[Deployment, ...] = ("cloud", "server")
        return found + [
            field
            for kind in kinds
            for field in custom_fields(kind)
            if field.role in ("sprint", "epic") and field.custom not in known
        ]

    def _custom(self, name: str) -> Field:
        kind, items, custom = _shape(self._values[name])
        custom = _TYPES.get(self._names.get(name, ""), custom)
        if not name.startswith("customfield_"):
            return Field(name, name.capitalize(), kind, items)
        title = self._names.get(name) or _TITLES.get(
            custom.partition(":")[2], name.replace("customfield_", "Field ")
        )
        return Field(name, title, kind, items, custom)


_TYPES = {
    "Epic Link": f"{_AGILE}:gh-epic-link",
    "Sprint": f"{_AGILE}:gh-sprint",
    "Rank": f"{_AGILE}:gh-lexo-rank",
}
_TITLES = {"gh-sprint": "Sprint", "gh-lexo-rank": "Rank"}


def _shape(value: Any) -> tuple[str, str | None, str]:
    """Type, type of the items, and custom type."""
    if isinstance(value, list):
        if value and isinstance(value[0], dict) and "boardId" in value[0]:
            return "array", "json", f"{_AGILE}:gh-sprint"
        return (
            "array",
            "option" if value and isinstance(value[0], dict) else "string",
            f"{_PLAIN}:multiselect",
        )
    if isinstance(value, bool):
        return "any", None, f"{_PLAIN}:checkbox"
    if isinstance(value, int | float):
        return "number", None, f"{_PLAIN}:float"
    if isinstance(value, dict):
        return ("option" if "value" in value else "any"), None, f"{_PLAIN}:select"
    text = str(value or "")
    if _RANK.fullmatch(text):
        return "any", None, f"{_AGILE}:gh-lexo-rank"
    if _DATE.fullmatch(text):
        return "date", None, f"{_PLAIN}:datepicker"
    if _MOMENT.fullmatch(text):
        return "datetime", None, f"{_PLAIN}:datetime"
    return "string", None, f"{_PLAIN}:textfield"
