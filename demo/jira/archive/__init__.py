"""A site made of issue documents that a real Jira gave: served as they are, whatever is missing in them."""

from __future__ import annotations

from demo.jira.archive.read import read_site

__all__ = ["read_site"]
