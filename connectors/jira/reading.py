"""Walks through endpoints, each page kept on disk before the next is asked for, several walks at a time.

    Walk ── first position ─▶ ask ─▶ keep the page ─▶ next position ─▶ … ─▶ the end

A walk that a killed process left unfinished goes on behind its last page; one that is whole asks nothing. What the
pages mean is `connectors.jira.sync` and the shapes.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from connectors.errors import AccessDenied, ConnectorError, NotThere, RequestRefused
from connectors.http import Report
from connectors.jira.client import Answer, JiraClient
from connectors.jira.endpoints import Endpoint
from connectors.jira.paging import Pages, Position, Record
from connectors.jira.spool import Page, Spool
from connectors.jira.workers import Progress, Task, Workers

COLLECTING = (100_000, 50, 100)
"""Thresholds of the garbage collector while a site is read: JSON holds no cycles, and looking for some in every page
takes a quarter of the time."""
FRESH = 8 * 2**20
"""Bytes of answers whose records are held until they are first read, so that most are not decoded twice."""
RESTARTS = 3
"""How often a walk begins again because Jira does not know its token any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One reading of one endpoint, from its first page to its last.

    Args:
        name: where its pages are kept: `issues/000012`.
        endpoint: the name in `connectors.jira.endpoints`.
        about: what to remember with each of its pages.
        summary: what to remember of an answer and its records, so that they need not be read again for it.
        accepts: the refusals that are an answer here (`Reading.refusal`), not the end of everything; just these kinds.
    """

    name: str
    endpoint: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)
    summary: Callable[[Any, list[Record]], dict[str, Any]] | None = None
    accepts: tuple[type[ConnectorError], ...] = ()


class Reading:
    """Reads one site through one client into one spool. Walks may be read from several threads.

    As a context, it gives up what has not begun at its end; until then the garbage collector runs rarely.
    """

    def __init__(self, client: JiraClient, spool: Spool, report: Report) -> None:
        self.client = client
        self.spool = spool
        self._report = report
        self._fresh: dict[Path, tuple[int, list[Record]]] = {}
        self._workers = Workers(client.site.concurrency, failed=client.give_up)

    def __enter__(self) -> Reading:
        self._collecting = gc.get_threshold()
        gc.set_threshold(*COLLECTING)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        gc.set_threshold(*self._collecting)
        if kind is not None:
            self.client.give_up()
        self.close()

    def walk(self, walk: Walk) -> None:
        """Reads what the spool does not have yet.

        Raises:
            SourceUnreachable, AuthenticationFailed, RequestRefused, SchemaChanged: pages read so far stay.
        """
        pages = Pages(self.client.endpoint(walk.endpoint), source=self.client.source)
        position = self._begin(walk, pages)
        seen = _round(self.spool.pages(walk.name), pages.first(walk.parameters))
        if position is not None and _text(position) in seen:
            # An earlier run was led in a circle here; what it kept does no harm, but leads no further either.
            position, seen = pages.first(walk.parameters), set()
        restarts = 0
        while position is not None:
            if _text(position) in seen:
                raise pages.leads_nowhere(position)
            try:
                answer = self._ask(pages, walk, position)
            except RequestRefused:
                # A token is good for some days: the walk begins again, and what it has stays.
                restarts += 1
                if "nextPageToken" not in position or restarts > RESTARTS:
                    raise
                position = pages.first(walk.parameters)
                seen.clear()
                continue
            seen.add(_text(position))
            position = self._keep(pages, walk, position, answer)

    def start(self, walks: Iterable[Walk], *, noun: str = "", then: Task | None = None) -> list[str]:
        """Begins to read several walks, as many at a time as the site's budget allows; returns their names.

        `then` is called in a worker's thread after each, and may start others. Walks that are whole already ask
        nothing.
        """
        walks = list(walks)
        tasks = {walk.name: partial(self._read, walk, then) for walk in walks}
        progress = Progress(len(tasks), noun, self._tell) if noun else None
        self._workers.start(tasks, done=progress.advance if progress else None)
        return list(tasks)

    def wait_for(self, names: Iterable[str]) -> None:
        """Returns when the walks with these names are whole; raises what the first walk to fail raised."""
        self._workers.wait_for(names)

    def finish(self) -> None:
        """Returns when every walk that was started is whole."""
        self._workers.finish()

    def each(self, walks: Iterable[Walk], *, noun: str = "") -> None:
        """Reads several walks and returns when they are whole."""
        self.wait_for(self.start(walks, noun=noun))

    def close(self) -> None:
        """Gives up the walks that have not begun."""
        self._workers.close()

    def _read(self, walk: Walk, then: Task | None) -> None:
        if not self.is_whole(walk.name):
            self.walk(walk)
        if then is not None:
            then()

    def _tell(self, message: str) -> None:
        self._report(f"{self.client.source}: {message}")

    def is_whole(self, name: str) -> bool:
        """Whether a walk has reached its end, or was refused."""
        last = self.spool.last(name)
        return last is not None and last.following is None

    def refusal(self, name: str) -> str | None:
        """Why a walk that may be refused was; None where it was not."""
        last = self.spool.last(name)
        return last.about.get("refused") if last else None

    def pages(self, name: str) -> Iterator[tuple[Page, list[Record]]]:
        """The kept pages of a walk, with their records."""
        for page in self.spool.pages(name):
            if "refused" in page.about:
                continue
            _, records = self._fresh.pop(page.file, (0, None))
            if records is None:
                endpoint = self.client.endpoint(page.about["endpoint"])
                records = _records(page.answer(), endpoint, self.client.source)
            yield page, records

    def records(self, name: str) -> Iterator[Record]:
        """The records of a walk; one that came twice comes twice."""
        for _, records in self.pages(name):
            yield from records

    def _begin(self, walk: Walk, pages: Pages) -> Position | None:
        last = self.spool.last(walk.name)
        return last.following if last else pages.first(walk.parameters)

    def _ask(self, pages: Pages, walk: Walk, position: Position) -> Answer | str:
        """The answer, or the refusal where that is one."""
        try:
            return self.client.ask(
                pages.endpoint, pages.request(walk.parameters, position), pages.where(position)
            )
        except (AccessDenied, RequestRefused) as error:
            if type(error) not in walk.accepts or "nextPageToken" in position:
                raise
            kind = {AccessDenied: "access denied", NotThere: "not there"}.get(type(error), "refused")
            self._report(f"{walk.name}: {error.message}")
            return kind

    def _keep(self, pages: Pages, walk: Walk, position: Position, answer: Answer | str) -> Position | None:
        about = {**walk.about, "endpoint": walk.endpoint}
        if isinstance(answer, str):
            self.spool.keep(
                walk.name, b"null", position=position, following=None, about={**about, "refused": answer}
            )
            return None
        records = _records(answer.content, pages.endpoint, self.client.source)
        following = pages.next(answer.content, position)
        about |= walk.summary(answer.content, records) if walk.summary else {}
        file = self.spool.keep(walk.name, answer.body, position=position, following=following, about=about)
        if sum(size for size, _ in list(self._fresh.values())) < FRESH:
            self._fresh[file] = len(answer.body), records
        return following


def _records(content: Any, endpoint: Endpoint, source: str) -> list[Record]:
    """The records of an answer; an answer that is one record is a list of it."""
    if endpoint.records is None and isinstance(content, dict):
        return [content]
    return Pages(endpoint, source=source).records(content, {})


def _round(pages: Sequence[Page], first: Position) -> set[str]:
    """The positions since the walk last began."""
    asked = [_text(page.position) for page in pages]
    begins = [number for number, position in enumerate(asked) if position == _text(first)]
    return set(asked[begins[-1] :]) if begins else set()


def _text(position: Position) -> str:
    return json.dumps(position, sort_keys=True)
