"""Whom a pack is for: the whole portfolio, one programme, some projects, or finance."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

STEM = "pmo-pack"
_OTHER = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Scope:
    """What a pack shows. Nothing given: the whole portfolio.

    Args:
        projects: codes of the projects that it shows.
        programme: the programme whose projects it shows.
        is_finance: position, movement and reconciliation come first, of every project.
    """

    projects: tuple[str, ...] = ()
    programme: str | None = None
    is_finance: bool = False

    def __post_init__(self) -> None:
        if sum((bool(self.projects), self.programme is not None, self.is_finance)) > 1:
            raise ValueError("A pack is of projects, of a programme, or for finance: choose one.")

    @property
    def is_whole(self) -> bool:
        """Whether it shows every project."""
        return not self.projects and self.programme is None

    @property
    def file_stem(self) -> str:
        """The name of its files without their ending; two scopes never share one, upper or lower case."""
        if self.is_finance:
            return f"{STEM}-finance"
        if self.programme is not None:
            return f"{STEM}-programme-{_file_name(self.programme, usual=self.programme.capitalize())}"
        if self.projects:
            codes = sorted(set(self.projects))
            return f"{STEM}-projects-{_joined([_file_name(code, usual=code.upper()) for code in codes])}"
        return STEM

    @property
    def title(self) -> str:
        """What the pack calls itself."""
        if self.is_finance:
            return "Finance pack"
        if self.programme is not None:
            return f"Programme {self.programme}"
        if self.projects:
            return "Project pack" if len(set(self.projects)) == 1 else "Projects pack"
        return "PMO pack"


def plain_name(name: str) -> str:
    """The name as a part of a file name or of an anchor; where that changes it, a digest keeps two names apart."""
    plain = _OTHER.sub("-", name).strip("-")[:_LONGEST]
    return plain if plain == name else _told_apart(plain, name)


def _file_name(name: str, *, usual: str) -> str:
    """The plain name; for many disks `Growth` and `growth` are one file, so only the `usual` writing goes without a
    digest.
    """
    plain = plain_name(name)
    return plain if plain != name or name == usual else _told_apart(plain, name)


def _told_apart(plain: str, name: str) -> str:
    return f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:8]}".lstrip("-")


def _joined(names: list[str]) -> str:
    """Plain names with a plus between them, which none of them has; a long list is a digest."""
    joined = "+".join(names)
    if len(joined) <= _LONGEST:
        return joined
    return f"{len(names)}-{hashlib.sha256(joined.encode()).hexdigest()[:12]}"
