"""Going back to a release that is kept: the files of published/ are swapped, the release that stood is taken back.

Taken back means noted as such, before anything is swapped: a refresh that makes the same release again does not publish
it. Any other release that a refresh makes is published, and stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipelines.publishing.kept import PublishError, Release, admit, kept_releases, withdraw
from pipelines.publishing.swapping import publishing, standing, swap


@dataclass(frozen=True, slots=True)
class Rollback:
    """`release` stands now; `taken_back` are those that stand no more, the newest first."""

    release: Release
    taken_back: tuple[Release, ...]


def roll_back(published: Path, release_id: str | None = None, *, by: str) -> Rollback:
    """Makes a kept release stand: the one named, or the one before the one that stands.

    The one named may also be newer, or stand already. Raises PublishError where it is not kept, or where a file can't
    be replaced.
    """
    published.mkdir(parents=True, exist_ok=True)
    with publishing(published):
        kept = kept_releases(published)
        target = _named(published, kept, release_id) if release_id else _before(published, kept)
        taken_back = tuple(
            each for each in kept if each.published_at > target.published_at and each.withdrawn is None
        )
        for each in taken_back:
            withdraw(published, each, by=by, in_favour_of=target.release_id)
        admit(published, target)
        if standing(published) != target:
            swap(published, target)
        return Rollback(target, taken_back)


def _named(published: Path, kept: list[Release], release_id: str) -> Release:
    found = [each for each in kept if each.release_id == release_id] or [
        each for each in kept if each.folder_name == release_id
    ]
    if found:
        return found[0]
    listed = ", ".join(each.release_id for each in kept) or "none"
    raise PublishError(
        f"Release {release_id} is not kept in {published} (kept: {listed}). `pmo published` says how an older one "
        "is built again."
    )


def _before(published: Path, kept: list[Release]) -> Release:
    stands = standing(published)
    if stands is None:
        raise PublishError(
            f"No whole release stands in {published}. `pmo release` lists what is kept; name the one to go back to."
        )
    for each in kept:
        if each.published_at < stands.published_at and each.withdrawn is None:
            return each
    raise PublishError(
        f"No release before {stands.release_id} is kept in {published}. `pmo published` says how an older one is "
        "built again."
    )
