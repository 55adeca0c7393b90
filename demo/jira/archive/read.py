"""Reads documents from a file or a folder: one JSON document a line, also compressed.

issues.jsonl            issues, as any issue address of the API gives them
issue_changelogs.jsonl  histories; with the id of the issue in `request`
worklogs.jsonl, sprints.jsonl, status.jsonl, projects.jsonl, users.jsonl, issue_types.jsonl

A line may be the document itself or {"request": …, "response": the document}. What has no file of its own is gathered
from the issues.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from demo.jira.archive.gather import Gathered
from demo.jira.archive.issues import read_change, read_issue, read_worklog
from demo.jira.model import Document, Issue
from demo.jira.site import Site

_FILES = ("issues", "issue_changelogs", "worklogs", "sprints", "status", "projects", "users", "issue_types")


def read_site(path: Path, *, complete: bool = False) -> Site:
    """The site of a folder of documents, or of one file of issues.

    Args:
        complete: puts in a bare issue for each that only worklogs and histories know; it says no more than its project.

    Raises:
        FileNotFoundError: there are no issues.
    """
    files = {"issues": path} if path.is_file() else {n: f for n in _FILES if (f := _file(path, n))}
    if "issues" not in files:
        raise FileNotFoundError(f"{path} holds no issues.jsonl and no issues.jsonl.gz")
    gathered = Gathered()
    for name in ("status", "projects", "users", "sprints", "issue_types"):
        for _, document in _documents(files.get(name)):
            gathered.listed(name, document)
    changes = [read_change(request, found) for request, found in _documents(files.get("issue_changelogs"))]
    worklogs = [read_worklog(found) for _, found in _documents(files.get("worklogs"))]
    issues: list[Issue] = []
    for _, document in _documents(files["issues"]):
        gathered.issue(document)
        changes += [
            read_change({"issue_id": document["id"]}, one)
            for one in document.get("changelog", {}).get("histories", ())
        ]
        issues.append(read_issue(document))
    if complete:
        known = {issue.id for issue in issues}
        mentioned = {change.issue for change in changes} | {worklog.issue for worklog in worklogs}
        missing = sorted(mentioned - known)
        for bare in gathered.bare_issues(missing, issues[0].project):
            gathered.issue(bare)
            issues.append(read_issue(bare))
    site = gathered.site(issues, worklogs)
    for change in sorted(changes, key=lambda one: (one.created, one.id)):
        site.changes.setdefault(change.issue, []).append(change)
    newest = [*(issue.updated for issue in issues), *(worklog.updated for worklog in worklogs)]
    site.now = max(newest) + timedelta(hours=1)
    return site


def _file(folder: Path, name: str) -> Path | None:
    return next((file for end in ("", ".gz") if (file := folder / f"{name}.jsonl{end}").exists()), None)


def _documents(file: Path | None) -> Iterator[tuple[Document, Document]]:
    """What was asked, and what came."""
    if file is None:
        return
    packed = file.suffix == ".gz"
    with gzip.open(file, "rt", encoding="utf-8") if packed else file.open(encoding="utf-8") as lines:
        for line in lines:
            document = json.loads(line)
            if set(document) == {"request", "response"}:
                yield document["request"] or {}, document["response"]
            else:
                yield {}, document
