"""A full disk, a folder that takes nothing, damaged files: said, and mended by the next release."""

from __future__ import annotations

import json
import resource
import signal
from pathlib import Path

import pytest

from pipelines.publishing.kept import PublishError, kept_releases
from pipelines.publishing.release import publish
from pipelines.publishing.swapping import standing
from tests.pipelines.publishing.releases import Warehouse, published


def test_a_release_that_can_not_be_written_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    """A file of more than a megabyte can't be written, as on a full disk."""
    before, _ = published(tmp_path, Warehouse("r1"))
    large = {
        "mart_x": "as select md5(i::varchar) as project, 1.0::decimal(18,2) as amount from range(100000) as t(i)"
    }
    warehouse = Warehouse("r2", tables=large)
    file = warehouse.write(tmp_path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before_signal = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, limits[1]))
    try:
        with pytest.raises(
            PublishError, match=r"r2 could not be written .*Readers still see the last release"
        ):
            publish(warehouse=file, published=tmp_path / "published", marts=warehouse.marts)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before_signal)
    assert standing(tmp_path / "published") == before.release
    assert [each.release_id for each in kept_releases(tmp_path / "published")] == ["r1"]
    assert len(list((tmp_path / "published/.releases").iterdir())) == 1


def test_a_folder_that_can_not_be_locked_is_said(tmp_path: Path) -> None:
    (tmp_path / "published/.publishing.lock").mkdir(parents=True)
    with pytest.raises(PublishError, match=r"published can't be written"):
        published(tmp_path, Warehouse())


@pytest.mark.parametrize("facts", ["{", "[]", '{"release_id": 1}'])
def test_a_release_whose_facts_were_damaged_is_none_and_is_published_again(
    tmp_path: Path, facts: str
) -> None:
    _, folder = published(tmp_path, Warehouse("r1"))
    (folder / "release.json").write_text(facts)
    assert kept_releases(tmp_path / "published") == []
    made, _ = published(tmp_path, Warehouse("r1"))
    assert made.is_new and standing(tmp_path / "published") == made.release


def test_what_a_later_version_notes_of_a_release_is_passed_over(tmp_path: Path) -> None:
    made, folder = published(tmp_path, Warehouse("r1"))
    facts = json.loads((folder / "release.json").read_text())
    (folder / "release.json").write_text(json.dumps(facts | {"signed_by": "somebody"}))
    assert standing(tmp_path / "published") == made.release


def test_a_link_that_leads_to_itself_is_no_release_and_is_mended(tmp_path: Path) -> None:
    made, _ = published(tmp_path, Warehouse("r1"))
    (tmp_path / "published/parquet").unlink()
    (tmp_path / "published/parquet").symlink_to("parquet")
    assert standing(tmp_path / "published") is None
    published(tmp_path, Warehouse("r1"))
    assert standing(tmp_path / "published") == made.release
