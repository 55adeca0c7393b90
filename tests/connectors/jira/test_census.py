"""What a census concludes, on sets of ids: checked against plain Python dictionaries."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.jira.census import Roll, as_ids, is_among, is_implausible, union, why_gone

ROLLS = st.dictionaries(st.integers(1, 60), st.sampled_from(["PAY", "WEB", "OPS"]))


def roll(projects: dict[int, str], names: tuple[str, ...] = ("PAY", "WEB", "OPS")) -> Roll:
    return Roll.of_projects(
        {name: as_ids(each for each, project in projects.items() if project == name) for name in names}
    )


@given(ROLLS, ROLLS)
def test_what_is_new_or_stands_elsewhere_is_fetched(jira, landed):
    # The names are in another order, as they are when the one comes from Jira and the other from Parquet.
    found = roll(jira).moved(roll(landed, ("WEB", "OPS", "PAY")))
    assert found.tolist() == sorted(each for each, project in jira.items() if landed.get(each) != project)


@given(ROLLS, st.integers(0, 70))
def test_a_roll_knows_the_project_of_an_id(projects, identity):
    assert roll(projects).project_of(identity) == projects.get(identity)


@given(ROLLS, st.sets(st.integers(0, 70)), st.sampled_from(["PAY", "WEB", "XXX"]))
def test_ids_in_other_projects_are_those_that_stand_under_another_name(projects, asked, project):
    found = roll(projects).in_other_projects(as_ids(asked), project)
    assert found.tolist() == sorted(each for each in asked if each in projects and projects[each] != project)


def test_an_id_that_two_projects_list_counts_once():
    # A move between the two lists: asked first as PAY, then found in WEB.
    moving = Roll.of_projects({"PAY": as_ids([1, 2]), "WEB": as_ids([2, 3])})
    assert (moving.ids.tolist(), moving.project_of(2)) == ([1, 2, 3], "WEB")
    assert (moving.of("PAY").tolist(), moving.of("WEB").tolist()) == ([1], [2, 3])


def test_an_empty_roll_has_nothing():
    empty = Roll.of_projects({})
    assert (empty.of("PAY").tolist(), empty.project_of(1), union([]).tolist()) == ([], None, [])
    assert roll({7: "PAY"}).moved(empty).tolist() == [7]
    assert not is_among(1, empty.ids)


@pytest.mark.parametrize(
    ("vanished", "before", "expected"),
    [(9, 9, False), (10, 10, True), (10, 20, False), (11, 20, True), (400, 1000, False)],
)
def test_a_mass_disappearance_is_at_least_ten_issues_and_more_than_the_share(vanished, before, expected):
    assert is_implausible(vanished, before, Decimal("0.5")) is expected


def test_the_reason_follows_the_project():
    assert [why_gone(each) for each in ("live", "archived", "deleted", "access_lost", None)] == [
        "deleted",
        "archived",
        "trashed",
        "access_lost",
        "access_lost",
    ]
