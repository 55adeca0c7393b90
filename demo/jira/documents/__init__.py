"""How Jira writes things down: the JSON documents of Cloud (API v3, or v2 with plain text) and of Data Center."""

from __future__ import annotations

from demo.jira.documents.basis import BASE_URL, Encoded, time_spent
from demo.jira.documents.writer import Writer
from demo.jira.fields import Deployment
from demo.jira.model import Document

__all__ = ["BASE_URL", "Deployment", "Document", "Encoded", "Writer", "time_spent"]
