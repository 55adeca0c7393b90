"""Files into a folder: whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.errors import RequestRefused
from connectors.messages.folder import check_writable, copy_into
from connectors.messages.message import Attachment


def test_a_file_of_the_same_name_is_replaced_and_nothing_else_left(tmp_path: Path) -> None:
    source, folder = tmp_path / "pack.html", tmp_path / "share"
    folder.mkdir()
    for text in ("first", "second"):
        source.write_text(text)
        copy_into(folder, [Attachment(name="pack.html", path=source)])
    assert {file.name: file.read_text() for file in folder.iterdir()} == {"pack.html": "second"}


def test_a_reader_that_has_the_old_file_open_keeps_it(tmp_path: Path) -> None:
    source, folder = tmp_path / "pack.html", tmp_path / "share"
    folder.mkdir()
    source.write_text("first")
    copy_into(folder, [Attachment(name="pack.html", path=source)])
    with (folder / "pack.html").open() as reader:
        source.write_text("second")
        copy_into(folder, [Attachment(name="pack.html", path=source)])
        assert reader.read() == "first"


def test_a_file_that_can_not_be_read_leaves_the_old_one(tmp_path: Path) -> None:
    folder = tmp_path / "share"
    folder.mkdir()
    (folder / "pack.html").write_text("first")
    with pytest.raises(RequestRefused, match=r"pack\.html can't be copied into"):
        copy_into(folder, [Attachment(name="pack.html", path=tmp_path / "gone")])
    assert {file.name: file.read_text() for file in folder.iterdir()} == {"pack.html": "first"}


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(RequestRefused, match=r"There is no folder .*share"):
        check_writable(tmp_path / "share")


def test_a_check_leaves_nothing(tmp_path: Path) -> None:
    check_writable(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_which_nothing_can_even_be_taken_away_is_said(tmp_path: Path) -> None:
    """As on a disk that is mounted read-only: a name that is too long can neither be written nor removed."""
    (tmp_path / "source").write_text("pack")
    with pytest.raises(RequestRefused, match=r"can't be copied into .*whoever runs the refresh may write"):
        copy_into(tmp_path, [Attachment(name="x" * 300, path=tmp_path / "source")])
