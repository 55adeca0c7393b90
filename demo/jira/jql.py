"""The part of JQL that a warehouse uses: project, id, key, status category, updated and created; and, or, order by.

    project in (PAY, "WEB") and updated >= 1767225600000 order by updated asc, key asc

What real Jira refuses is refused here: unknown fields and projects, queries without a restriction, seconds in a written
date. A written date is read in the account's time zone; a number is milliseconds since 1970.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from demo.jira.company import Issue
from demo.jira.documents import STATUSES
from demo.jira.site import Site

Test = Callable[[Issue], bool]
SortKey = tuple[Any, ...]

_TOKEN = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(>=|<=|!=|=|>|<|\(|\)|,)|([^\s()=<>!,"']+))""")
_WRITTEN = ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d")
_RELATIVE = re.compile(r"-(\d+)([dhmw])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "w": "weeks"}
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: bool(left == right),
    "!=": lambda left, right: bool(left != right),
    ">": lambda left, right: bool(left > right),
    ">=": lambda left, right: bool(left >= right),
    "<": lambda left, right: bool(left < right),
    "<=": lambda left, right: bool(left <= right),
}
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive UTC, like every moment here


class JqlError(Exception):
    """Jira's answer to a query it does not accept."""


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: which issues, and in which order (column, descending)."""

    test: Test
    order: tuple[tuple[str, bool], ...]

    def run(self, site: Site, after: SortKey | None = None) -> list[Issue]:
        """Matching issues in order; only those behind the sort key `after` where one is given."""
        found = [issue for issue in site.issues.values() if self.test(issue)]
        found.sort(key=self.sort_key)
        return found if after is None else [issue for issue in found if self.sort_key(issue) > after]

    def sort_key(self, issue: Issue) -> SortKey:
        """Numbers that sort the issue, the last of them its id, so that no two issues are equal."""
        return (*(_sortable(issue, column, descending) for column, descending in self.order), issue.id)


def parse(text: str, *, site: Site, timezone: str, lenient: bool = False) -> Query:
    """The query; `lenient` lets ids pass that no issue has.

    Raises:
        JqlError: Jira would answer 400.
    """
    words, order = _split_order(_words(text))
    if not words:
        raise JqlError(
            "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
        )
    parser = _Parser(words, site, timezone, lenient)
    test = parser.either()
    if parser.words:
        raise JqlError(f"Error in the JQL Query: Expecting either 'OR' or 'AND' but got '{parser.words[0]}'.")
    return Query(test, order)


class _Parser:
    """Recursive descent over the words; each method takes what it understands from the front."""

    def __init__(self, words: list[str], site: Site, timezone: str, lenient: bool) -> None:
        self.words = words
        self._site = site
        self._timezone = timezone
        self._lenient = lenient

    def either(self) -> Test:
        tests = [self._both()]
        while self._next_is("or"):
            tests.append(self._both())
        return lambda issue: any(test(issue) for test in tests)

    def _both(self) -> Test:
        tests = [self._clause()]
        while self._next_is("and"):
            tests.append(self._clause())
        return lambda issue: all(test(issue) for test in tests)

    def _clause(self) -> Test:
        if self._next_is("("):
            test = self.either()
            self._expect(")")
            return test
        column, operator = self._take().lower(), self._take().lower()
        if operator == "in":
            wanted = [self._value(column, word) for word in self._list()]
            return lambda issue: self._read(issue, column) in wanted
        if operator not in _COMPARE:
            raise JqlError(f"Error in the JQL Query: Expecting operator but got '{operator}'.")
        value = self._value(column, self._take())
        return lambda issue: _COMPARE[operator](self._read(issue, column), value)

    def _list(self) -> list[str]:
        self._expect("(")
        found = [self._take()]
        while self._next_is(","):
            found.append(self._take())
        self._expect(")")
        return found

    def _value(self, column: str, word: str) -> Any:
        if column in ("updated", "created"):
            return _moment(word, self._site.now, self._timezone)
        if column == "project":
            return self._project(word)
        if column in ("id", "issue", "key", "issuekey"):
            return self._issue_id(word)
        if column == "statuscategory":
            return word.lower()
        message = f"Field '{column}' does not exist or you do not have permission to view it."
        raise JqlError(message)

    def _project(self, word: str) -> str:
        for project in self._site.projects:
            if word.upper() in (project.key, str(project.id)) or word == project.name:
                return project.key
        raise JqlError(f"The value '{word}' does not exist for the field 'project'.")

    def _issue_id(self, word: str) -> int:
        issue = self._site.issue(word)
        if issue is None and not self._lenient:
            raise JqlError(f"An issue with key '{word}' does not exist for field 'id'.")
        return issue.id if issue else -1

    def _read(self, issue: Issue, column: str) -> Any:
        if column in ("updated", "created"):
            return getattr(issue, column)
        if column == "statuscategory":
            return {"new": "to do", "indeterminate": "in progress"}.get(STATUSES[issue.status][1], "done")
        return issue.project if column == "project" else issue.id

    def _next_is(self, word: str) -> bool:
        if self.words and self.words[0].lower() == word:
            self.words.pop(0)
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._next_is(word):
            raise JqlError(
                f"Error in the JQL Query: Expecting '{word}' but got '{self.words[:1] or 'the end'}'."
            )

    def _take(self) -> str:
        if not self.words:
            raise JqlError("Error in the JQL Query: The query ends too early.")
        return self.words.pop(0)


def _words(text: str) -> list[str]:
    words: list[str] = []
    position = 0
    while position < len(text.rstrip()):
        match = _TOKEN.match(text, position)
        if match is None:
            raise JqlError(f"Error in the JQL Query: The character '{text[position]}' is not expected.")
        words.append(next(group for group in match.groups() if group is not None))
        position = match.end()
    return words


def _split_order(words: list[str]) -> tuple[list[str], tuple[tuple[str, bool], ...]]:
    lower = [word.lower() for word in words]
    for index in range(len(words) - 1):
        if lower[index : index + 2] == ["order", "by"]:
            return words[:index], tuple(_order(lower[index + 2 :]))
    return words, (("created", True),)


def _order(words: list[str]) -> list[tuple[str, bool]]:
    columns: list[tuple[str, bool]] = []
    for part in " ".join(words).split(","):
        column, _, direction = part.strip().partition(" ")
        if column not in ("updated", "created", "key", "id", "issuekey") or direction not in (
            "",
            "asc",
            "desc",
        ):
            raise JqlError(f"Not able to sort using field '{part.strip()}'.")
        columns.append((column, direction == "desc"))
    if len(columns) > 7:
        raise JqlError("The maximum number of fields to sort by is 7.")
    return columns


def _sortable(issue: Issue, column: str, descending: bool) -> Any:
    if column in ("updated", "created"):
        number = (getattr(issue, column) - _EPOCH) // timedelta(milliseconds=1)
    elif column == "id":
        number = issue.id
    else:
        project, _, count = issue.key.partition("-")
        number = int.from_bytes(project.ljust(10).encode()[:10], "big") * 1_000_000 + int(count)
    return -number if descending else number


def _moment(word: str, now: datetime, timezone: str) -> datetime:
    if word.isdigit():
        return _EPOCH + timedelta(milliseconds=int(word))
    if match := _RELATIVE.fullmatch(word):
        return now - timedelta(**{_UNITS[match[2]]: int(match[1])})
    for form in _WRITTEN:
        try:
            local = datetime.strptime(word, form).replace(tzinfo=ZoneInfo(timezone))
        except ValueError:
            continue
        return local.astimezone(UTC).replace(tzinfo=None)
    raise JqlError(
        f"Date value '{word}' for field 'updated' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm'."
    )
