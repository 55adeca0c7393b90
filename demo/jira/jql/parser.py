"""Recursive descent over the words of a query."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from demo.jira.jql.columns import Columns
from demo.jira.jql.query import Query, Test, order_of
from demo.jira.jql.words import JqlError, split
from demo.jira.model import Issue
from demo.jira.site import Site

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ">": lambda left, right: left is not None and bool(left > right),
    ">=": lambda left, right: left is not None and bool(left >= right),
    "<": lambda left, right: left is not None and bool(left < right),
    "<=": lambda left, right: left is not None and bool(left <= right),
}
_EMPTY = ("empty", "null")


def parse(text: str, *, site: Site, timezone: str, lenient: bool = False) -> Query:
    """The query; `lenient` lets ids pass that no issue has.

    Raises:
        JqlError: Jira would answer 400.
    """
    words, order = _split_order(split(text))
    if not words:
        raise JqlError(
            "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
        )
    parser = _Parser(words, Columns(site, timezone, lenient))
    test = parser.either()
    if parser.words:
        raise JqlError(f"Error in the JQL Query: Expecting either 'OR' or 'AND' but got '{parser.words[0]}'.")
    return Query(test, order, parser.ids if parser.clauses == 1 else None)


class _Parser:
    """Each method takes what it understands from the front of the words.

    `ids` are those of the last clause that named issues; with one clause alone they are all there is to find.
    """

    def __init__(self, words: list[str], columns: Columns) -> None:
        self.words = words
        self.clauses = 0
        self.ids: frozenset[int] | None = None
        self._columns = columns

    def either(self) -> Test:
        tests = [self._both()]
        while self._next_is("or"):
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else lambda issue: any(test(issue) for test in tests)

    def _both(self) -> Test:
        tests = [self._not()]
        while self._next_is("and"):
            tests.append(self._not())
        return tests[0] if len(tests) == 1 else lambda issue: all(test(issue) for test in tests)

    def _not(self) -> Test:
        if self._next_is("not"):
            self.clauses += 1
            test = self._not()
            return lambda issue: not test(issue)
        if self._next_is("("):
            test = self.either()
            self._expect(")")
            return test
        return self._clause()

    def _clause(self) -> Test:
        self.clauses += 1
        column, operator = self._take().lower(), self._take().lower()
        read = self._columns.reader(column)
        if operator in ("not", "is"):
            operator += " " + self._take().lower()
            if operator == "is not":
                return self._empty(read, self._take().lower(), wanted=False)
            if operator != "not in":
                return self._empty(read, operator.removeprefix("is "), wanted=True)
        if operator in ("in", "not in"):
            values = frozenset().union(*(self._columns.values(column, word) for word in self._list()))
            return self._among(column, read, values, wanted=operator == "in")
        if operator in ("=", "!="):
            word = self._take()
            if word.lower() in _EMPTY:
                return self._empty(read, word.lower(), wanted=operator == "=")
            return self._among(column, read, self._columns.values(column, word), wanted=operator == "=")
        if operator not in _COMPARE:
            raise JqlError(f"Error in the JQL Query: Expecting operator but got '{operator}'.")
        compare, (bound,) = _COMPARE[operator], self._columns.values(column, self._take())
        return lambda issue: compare(read(issue), bound)

    def _among(
        self, column: str, read: Callable[[Issue], Any], values: frozenset[Any], *, wanted: bool
    ) -> Test:
        if column in self._columns.IDENTITY and wanted:
            self.ids = values
        if column == "sprint":
            return lambda issue: (not values.isdisjoint(read(issue))) == wanted
        if wanted:
            return lambda issue: read(issue) in values
        # As in Jira: an issue without a value is not unlike any.
        return lambda issue: read(issue) is not None and read(issue) not in values

    def _empty(self, read: Callable[[Issue], Any], word: str, *, wanted: bool) -> Test:
        if word not in _EMPTY:
            raise JqlError(f"Error in the JQL Query: Expecting 'EMPTY' or 'NULL' but got '{word}'.")
        return lambda issue: (read(issue) in (None, [], "")) == wanted

    def _list(self) -> list[str]:
        if self.words[:1] and self.words[0] != "(":
            return [self._take()]
        self._expect("(")
        if self._next_is(")"):
            return []
        found = [self._take()]
        while self._next_is(","):
            found.append(self._take())
        self._expect(")")
        return found

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
        word = self.words.pop(0)
        if self.words[:2] == ["(", ")"]:
            del self.words[:2]
            return f"{word}()"
        return word


def _split_order(words: list[str]) -> tuple[list[str], tuple[tuple[str, bool], ...]]:
    lower = [word.lower() for word in words]
    for index in range(len(words) - 1):
        if lower[index : index + 2] == ["order", "by"]:
            return words[:index], order_of(lower[index + 2 :])
    return words, (("created", True),)
