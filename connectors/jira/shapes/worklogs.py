"""Worklogs, and what the feed of deleted ones says of them."""

from __future__ import annotations

from connectors.jira import values
from connectors.jira.shapes.reading import Shape, account, member
from connectors.jira.tables import WORKLOGS

WORKLOG_SHAPE = Shape(
    table=WORKLOGS,
    members={
        "worklog_id": member(values.identifier, "id", required=True),
        "issue_id": member(values.identifier, "issueId", required=True),
        "author_account": account("author"),
        "update_author_account": account("updateAuthor"),
        "started_at": member(values.moment, "started", required=True),
        "hours": member(values.hours, "timeSpentSeconds", required=True),
        "comment": member(values.prose, "comment"),
        "created_at": member(values.moment, "created"),
        "updated_at": member(values.moment, "updated", required=True),
        "is_deleted": member(values.flag, absent=False),
    },
    noun="worklog",
    place="worklog_id",
)
"""A worklog names its issue by id: the keys come as `add(WORKLOG_SHAPE, record, issue_key=..., project_key=...)`."""

TOMBSTONE_SHAPE = Shape(
    table=WORKLOGS,
    members={
        "worklog_id": member(values.number_as_identifier, "worklogId", required=True),
        "updated_at": member(values.milliseconds, "updatedTime", required=True),
        "is_deleted": member(values.flag, absent=True),
    },
    noun="worklog",
    place="worklog_id",
)
