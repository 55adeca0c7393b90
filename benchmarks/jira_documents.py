"""The issues that the Jira benchmark reads: real or made-up ones, with a changelog and worklogs made for them.

    python -m benchmarks.jira_documents FOLDER [--archive FILE] [--copies N]

Writes issues.jsonl, issue_changelogs.jsonl and worklogs.jsonl, in the form in which `python -m demo.jira --documents`
reads them; the same bytes every time. An issue has twelve changes on average, one in twenty more than 40, one in a
hundred more than 100; and two worklogs on average, one in thirty more than 20. Copies have ids and keys of their own.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

ISSUES_OF_THE_COMPANY = 5_000
_IDS_OF_A_COPY, _NUMBERS_OF_A_COPY = 10_000_000, 1_000_000
_INLINE_WORKLOGS = 20
_PEOPLE = 40
_STATUSES = (("1", "Open"), ("3", "In Progress"), ("5", "Resolved"), ("6", "Closed"))
_WORDS = ("payment", "screen", "retry", "import", "timeout", "Android", "label", "cache", "build", "release")

Document = dict[str, Any]


def main() -> None:
    """Writes the folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--archive", type=Path, help="issues.jsonl.gz; the demo company's issues without it")
    parser.add_argument("--copies", type=int, default=1, help="how often each issue is there (%(default)s)")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    write_documents(options.folder, options.archive, options.copies)


def write_documents(folder: Path, archive: Path | None, copies: int) -> None:
    """Writes the three files; `archive` is a compressed file of one issue a line."""
    ids = count(1)
    with (
        (folder / "issues.jsonl").open("w", encoding="utf-8") as issues,
        (folder / "issue_changelogs.jsonl").open("w", encoding="utf-8") as changelogs,
        (folder / "worklogs.jsonl").open("w", encoding="utf-8") as worklogs,
    ):
        for number in range(copies):
            for original in _archived(archive) if archive else _of_the_company():
                issue = _copy(original, number)
                dice = Random(issue["id"])
                work = list(_worklogs(issue, dice, ids))
                for history in _histories(issue, dice, ids):
                    _write(changelogs, {"request": {"issue_id": issue["id"]}, "response": history})
                for worklog in work:
                    _write(worklogs, {"request": {"issue_id": issue["id"]}, "response": worklog})
                _write(issues, _with_work(issue, work))


def _archived(archive: Path) -> Iterator[Document]:
    with gzip.open(archive, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _of_the_company() -> Iterator[Document]:
    """The demo company's issues, again and again with other ids."""
    from demo.jira.documents import Writer
    from demo.jira.site import demo_site

    site = demo_site()
    writer = Writer(site, "cloud", "3", "UTC")
    documents = [writer.issue(issue, ["*all"]) for issue in site.issues.values()]
    for number in range(ISSUES_OF_THE_COMPANY):
        document: Document = json.loads(json.dumps(documents[number % len(documents)]))
        identity, project = 1_000_000 + number, document["fields"]["project"]["key"]
        yield {**document, "id": str(identity), "key": f"{project}-{10_000 + number}"}


def _copy(issue: Document, number: int) -> Document:
    project, _, place = issue["key"].rpartition("-")
    return {
        **issue,
        "id": str(int(issue["id"]) + number * _IDS_OF_A_COPY),
        "key": f"{project}-{int(place) + number * _NUMBERS_OF_A_COPY}",
        # Some clients ask for what an issue may become next, and stop where the answer does not say.
        "transitions": [],
    }


def _with_work(issue: Document, work: list[Document]) -> Document:
    """The issue as Jira shows it, with the first twenty of its worklogs."""
    shown = work[:_INLINE_WORKLOGS]
    page = {"startAt": 0, "maxResults": _INLINE_WORKLOGS, "total": len(work), "worklogs": shown}
    spent = sum(worklog["timeSpentSeconds"] for worklog in work) or None
    return {**issue, "fields": {**issue["fields"], "worklog": page, "timespent": spent}}


def _histories(issue: Document, dice: Random, ids: Iterator[int]) -> Iterator[Document]:
    for moment in _moments(issue, dice, _how_many_changes(dice)):
        items = [_item(dice) for _ in range(dice.choice((1, 1, 1, 2, 3)))]
        yield {"id": str(next(ids)), "author": _person(dice), "created": moment, "items": items}


def _how_many_changes(dice: Random) -> int:
    kind = dice.random()
    if kind < 0.01:
        return dice.randint(101, 180)
    if kind < 0.05:
        return dice.randint(41, 100)
    return dice.randint(0, 16)


def _item(dice: Random) -> Document:
    """A status, a person, a text or a list of versions that became another."""
    kind = dice.choice(("status", "status", "assignee", "description", "Fix Version"))
    if kind == "status":
        (before, before_text), (after, after_text) = dice.sample(_STATUSES, 2)
    elif kind == "assignee":
        numbers = dice.sample(range(_PEOPLE), 2)
        before, after = map(_account, numbers)
        before_text, after_text = (f"Person {number:03}" for number in numbers)
    elif kind == "description":
        before, after = None, None
        before_text, after_text = (" ".join(dice.choices(_WORDS, k=30)) for _ in range(2))
    else:
        before, before_text = None, ""
        after, after_text = "14036", "2012 Sprint 14"
    field = {"Fix Version": "fixVersions"}.get(kind, kind)
    head = {"field": kind, "fieldtype": "jira", "fieldId": field}
    return {**head, "from": before, "fromString": before_text, "to": after, "toString": after_text}


def _worklogs(issue: Document, dice: Random, ids: Iterator[int]) -> Iterator[Document]:
    for moment in _moments(issue, dice, _how_many_worklogs(dice)):
        seconds, person = 900 * dice.randint(1, 32), _person(dice)
        text = {"type": "text", "text": " ".join(dice.choices(_WORDS, k=8))}
        yield {
            "id": str(next(ids)),
            "issueId": issue["id"],
            "author": person,
            "updateAuthor": person,
            "created": moment,
            "updated": moment,
            "started": moment,
            "timeSpent": f"{seconds // 60}m",
            "timeSpentSeconds": seconds,
            "comment": {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [text]}]},
        }


def _how_many_worklogs(dice: Random) -> int:
    kind = dice.random()
    return 0 if kind < 0.67 else dice.randint(1, 7) if kind < 0.97 else dice.randint(21, 35)


def _moments(issue: Document, dice: Random, number: int) -> list[str]:
    """Moments between the issue's first day and its last change, oldest first."""
    first = datetime.fromisoformat(issue["fields"]["created"])
    span = datetime.fromisoformat(issue["fields"]["updated"]) - first
    found = sorted(first + span * dice.random() for _ in range(number))
    return [_text(moment + timedelta(milliseconds=place)) for place, moment in enumerate(found)]


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}{moment:%z}"


def _person(dice: Random) -> Document:
    number = dice.randrange(_PEOPLE)
    shown = {"accountType": "atlassian", "active": True, "timeZone": "Europe/Paris"}
    return {"accountId": _account(number), "displayName": f"Person {number:03}", **shown}


def _account(number: int) -> str:
    return f"5f00000000000000000{number:05}"


def _write(stream: Any, document: Document) -> None:
    stream.write(json.dumps(document, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
