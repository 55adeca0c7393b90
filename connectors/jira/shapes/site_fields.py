"""Which of a site's fields hold story points, sprints, epics: ids differ from site to site, types do not.

A field is known by `schema.custom`, and where that is a general type by its name as well, never by its id.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Record = Mapping[str, Any]

_AGILE = "com.pyxis.greenhopper.jira:"
_GENERAL = "com.atlassian.jira.plugin.system.customfieldtypes:"
_CHANGES_BY_ITSELF = (
    "com.atlassian.servicedesk:sd-sla-field",
    "com.atlassian.jira.toolkit:dayslastcommented",
    "com.atlassian.jira.plugins.jira-development-integration-plugin:",
)
"""What a clock, a commit or a build changes while the issue stays as it is."""


@dataclass(frozen=True, slots=True)
class SiteFields:
    """The ids of a site's fields, of each kind in the order in which an issue is asked for them.

    `volatile` are fields that change by themselves: an issue's landed document leaves them out.
    """

    story_points: tuple[str, ...] = ()
    sprint: tuple[str, ...] = ()
    epic_link: tuple[str, ...] = ()
    flagged: tuple[str, ...] = ()
    start_date: tuple[str, ...] = ()
    volatile: frozenset[str] = frozenset()


def site_fields(field_records: Iterable[Record], board_configurations: Iterable[Record] = ()) -> SiteFields:
    """What the answers of `GET field` and of `GET board/{id}/configuration` say of a site's fields.

    Story points are, in this order: what boards estimate by (the most boards first), the field of team-managed
    projects, number fields of that name.
    """
    records = sorted(field_records, key=lambda record: _age(str(record.get("id"))))
    types = {str(record["id"]): _custom_type(record) for record in records}
    names = {str(record["id"]): _names(record) for record in records}

    def of_type(*wanted: str) -> list[str]:
        return [field for custom in wanted for field, found in types.items() if found == custom]

    def named(custom: str, *wanted: str) -> list[str]:
        return [field for field in of_type(f"{_GENERAL}{custom}") if names[field] & set(wanted)]

    numbers = {str(record["id"]) for record in records if _is_number(record)}
    estimates = [
        field
        for field in _estimation_fields(board_configurations)
        # A board may estimate by time, which has columns of its own; a field that the account does not see may be one.
        if field in numbers or (field not in types and field.startswith("customfield_"))
    ]
    points = named("float", "story points", "story point estimate")
    return SiteFields(
        story_points=_once(estimates, of_type(f"{_AGILE}jsw-story-points"), points),
        sprint=_once(of_type(f"{_AGILE}gh-sprint")),
        epic_link=_once(of_type(f"{_AGILE}gh-epic-link")),
        flagged=_once(named("multicheckboxes", "flagged")),
        start_date=_once(
            named("datepicker", "start date"), of_type("com.atlassian.jpo:jpo-custom-field-baseline-start")
        ),
        volatile=frozenset(field for field, custom in types.items() if custom.startswith(_CHANGES_BY_ITSELF)),
    )


def _estimation_fields(configurations: Iterable[Record]) -> list[str]:
    fields = (
        _object(_object(configuration, "estimation"), "field").get("fieldId")
        for configuration in configurations
    )
    boards = Counter(str(field) for field in fields if field)
    return sorted(boards, key=lambda field: (-boards[field], _age(field)))


def _custom_type(record: Record) -> str:
    return str(_object(record, "schema").get("custom") or "")


def _is_number(record: Record) -> bool:
    return bool(record.get("custom")) and _object(record, "schema").get("type") == "number"


def _object(record: Record, name: str) -> Record:
    """A member that is an object; another is refused where the record becomes a row."""
    found = record.get(name)
    return found if isinstance(found, dict) else {}


def _names(record: Record) -> set[str]:
    """In the account's language and, where Jira says it, as it was made."""
    return {str(record[name]).strip().casefold() for name in ("name", "untranslatedName") if record.get(name)}


def _age(field: str) -> tuple[int, str]:
    """Fields in the order in which they were made."""
    number = re.fullmatch(r"customfield_(\d+)", field)
    return (int(number[1]) if number else 0, field)


def _once(*groups: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(field for group in groups for field in group))
