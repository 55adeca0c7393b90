"""What every document shares: the account's clock, the site's address, rich or plain text.

Links carry the site's configured address, whatever port the demo listens on, so that documents stay the same from run
to run. Timestamps are in the account's time zone on Cloud, in UTC on Data Center, with the offset without a colon.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from demo.jira.fields import ROLES, Deployment, custom_fields, system_fields
from demo.jira.references import Field
from demo.jira.site import Site

BASE_URL = "https://jira.demo.example"


class Encoded(bytes):
    """A document that is JSON already, and goes out as it is."""

    __slots__ = ()


def encode(document: Any) -> bytes:
    """JSON; documents that are `Encoded` are put in where a page lists them under `issues`."""
    if isinstance(document, Encoded):
        return bytes(document)
    if not (
        isinstance(document, dict) and any(isinstance(one, Encoded) for one in document.get("issues", ()))
    ):
        return json.dumps(document, ensure_ascii=False).encode()
    issues = b",".join(encode(one) for one in document["issues"])
    head = json.dumps(
        {name: value for name, value in document.items() if name != "issues"}, ensure_ascii=False
    )
    return b"".join((head[:-1].encode(), b", " if len(head) > 2 else b"", b'"issues": [', issues, b"]}"))


@dataclass(frozen=True, slots=True)
class Basis:
    """Writes the documents of one request: `version` is the API's, 3 has rich text."""

    site: Site
    deployment: Deployment
    version: str
    timezone: str

    @property
    def is_cloud(self) -> bool:
        """Whether this is Cloud rather than Data Center."""
        return self.deployment == "cloud"

    def moment(self, moment: datetime | None) -> str | None:
        """`2026-03-31T18:05:12.345+0200`."""
        if moment is None:
            return None
        zone = ZoneInfo(self.timezone) if self.is_cloud else ZoneInfo("UTC")
        local = moment.replace(tzinfo=UTC).astimezone(zone)
        return f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond // 1000:03d}{local:%z}"

    def prose(self, text: str | None) -> Any:
        """A document tree in v3, the text itself in v2."""
        if text is None or self.version != "3":
            return text
        paragraphs = [
            {"type": "paragraph", "content": [{"type": "text", "text": line}] if line else []}
            for line in text.splitlines()
        ]
        return {"type": "doc", "version": 1, "content": paragraphs}

    def link(self, path: str) -> str:
        """The address that a document gives for itself."""
        return f"{BASE_URL}/rest/api/{self.version}/{path}"

    def role(self, name: str) -> str | None:
        """The id of the custom field of that role."""
        return ROLES[self.deployment].get(name)

    def field_name(self, identity: str) -> str:
        """What a custom field of the demo company is called by now."""
        return self.site.field_names.get(identity) or _names(self.deployment)[identity]

    def fields(self) -> list[Field]:
        """The site's fields, those that were added later and under the names they have by now included."""
        known = self.site.fields
        if known is None:
            known = [*system_fields(), *custom_fields(self.deployment)]
        names, types = self.site.field_names, self.site.field_types
        return [
            Field(f.id, names.get(f.id, f.name), types.get(f.id, f.type), f.items, f.custom, f.role)
            for f in (*known, *self.site.more_fields)
        ]


@cache
def _names(deployment: Deployment) -> dict[str, str]:
    return {field.id: field.name for field in custom_fields(deployment)}


def date_and_time(moment: datetime | None) -> str | None:
    """`2026-03-31T18:05:12.345Z`, as sprints have it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z" if moment else None


def time_spent(seconds: int) -> str:
    """`3h 15m`."""
    hours, minutes = divmod(seconds // 60, 60)
    return " ".join(part for part in (f"{hours}h" if hours else "", f"{minutes}m" if minutes else "") if part)


def avatars(link: str) -> dict[str, str]:
    """The same picture in every size."""
    return dict.fromkeys(("16x16", "24x24", "32x32", "48x48"), link)
