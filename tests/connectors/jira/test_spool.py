"""Pages on disk: whole or not there, in order, and gone when they are not needed any more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from connectors.jira.spool import Spool


def keep(spool: Spool, walk: str, number: int, following: dict[str, Any] | None) -> None:
    body = b'{"number": %d}' % number
    spool.keep(walk, body, position={"at": number}, following=following, about={"ids": [number]})


def test_pages_come_back_as_they_were_kept(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.begin({"since": 5})
    keep(spool, "issues/000001", 1, {"at": 2})
    keep(spool, "issues/000001", 2, None)
    again = Spool(tmp_path / "spool")
    pages = again.pages("issues/000001")
    assert [(page.position, page.following, page.about, page.answer()) for page in pages] == [
        ({"at": 1}, {"at": 2}, {"ids": [1]}, {"number": 1}),
        ({"at": 2}, None, {"ids": [2]}, {"number": 2}),
    ]
    assert again.plan() == {"since": 5}


def test_a_walk_that_was_left_unfinished_goes_on_behind_its_last_page(tmp_path: Path) -> None:
    keep(Spool(tmp_path / "spool"), "census/PAY", 1, {"at": 2})
    again = Spool(tmp_path / "spool")
    keep(again, "census/PAY", 2, None)
    assert [page.position for page in Spool(tmp_path / "spool").pages("census/PAY")] == [{"at": 1}, {"at": 2}]


def test_what_a_kill_left_half_written_is_no_page(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    keep(spool, "census/PAY", 1, {"at": 2})
    (tmp_path / "spool/census/PAY/000001.part").write_bytes(b'{"position": {')
    assert len(Spool(tmp_path / "spool").pages("census/PAY")) == 1


def test_walks_of_a_group_are_listed_in_order(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    for name in ("issues/000002", "issues/000001", "issues_changes/000000"):
        keep(spool, name, 1, None)
    assert list(spool.walks("issues")) == ["issues/000001", "issues/000002"]
    assert list(spool.walks("late")) == []


def test_a_new_reading_forgets_the_one_before(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.begin({"since": 1})
    spool.note("fetch", ["1", "2"])
    keep(spool, "issues/000001", 1, None)
    spool.begin({"since": 2})
    assert (spool.plan(), spool.noted("fetch"), spool.last("issues/000001")) == ({"since": 2}, None, None)
    spool.clear()
    assert not (tmp_path / "spool").exists()
    assert spool.plan() is None


def test_a_reading_of_which_a_power_cut_left_empty_files_is_not_gone_on_with(tmp_path: Path) -> None:
    for name in ("plan.json", "fetch.json", "census/PAY/000000.page"):
        spool = Spool(tmp_path / "spool")
        spool.begin({"since": 5})
        spool.note("fetch", ["1"])
        keep(spool, "census/PAY", 1, {"at": 2})
        assert spool.plan() == {"since": 5}
        (tmp_path / "spool" / name).write_bytes(b"")
        assert spool.plan() is None, name
