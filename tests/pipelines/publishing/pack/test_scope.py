"""A pack's files are named after whom it is for, and no two scopes share a name."""

from __future__ import annotations

import pytest

from pipelines.publishing.pack.scope import Scope


def test_files_are_named_after_the_scope() -> None:
    assert Scope().file_stem == "pmo-pack"
    assert Scope(is_finance=True).file_stem == "pmo-pack-finance"
    assert Scope(programme="Checkout").file_stem == "pmo-pack-programme-Checkout"
    assert Scope(projects=("PAY",)).file_stem == "pmo-pack-projects-PAY"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Scope(programme="A/B"), Scope(programme="A B")),
        (Scope(programme="../../etc"), Scope(programme="etc")),
        (Scope(projects=("A-B", "C")), Scope(projects=("A", "B-C"))),
        (Scope(projects=("A", "B")), Scope(projects=("A+B",))),
        (Scope(programme="x" * 200), Scope(programme="x" * 201)),
        (Scope(programme="Ünïcode"), Scope(programme="-n-code")),
        (Scope(programme="Growth"), Scope(programme="growth")),
        (Scope(programme="GROWTH"), Scope(programme="growth")),
        (Scope(programme="Old Growth"), Scope(programme="old growth")),
        (Scope(projects=("PAY",)), Scope(projects=("Pay",))),
        (Scope(projects=("PAY", "web")), Scope(projects=("PAY", "WEB"))),
    ],
)
def test_two_scopes_never_share_a_file_and_none_leaves_its_folder(one: Scope, other: Scope) -> None:
    assert one.file_stem.casefold() != other.file_stem.casefold()
    for stem in (one.file_stem, other.file_stem):
        assert "/" not in stem and ".." not in stem
        assert len(stem) < 130


def test_the_order_of_projects_does_not_matter() -> None:
    assert Scope(projects=("B", "A")).file_stem == Scope(projects=("A", "B", "A")).file_stem


def test_a_pack_is_for_one_of_them() -> None:
    with pytest.raises(ValueError, match="choose one"):
        Scope(projects=("PAY",), is_finance=True)
