"""Which of a site's fields are which is found by their types and by what the boards estimate in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.jira.shapes.site_fields import SiteFields, site_fields

FIELDS = json.loads((Path(__file__).parent / "samples" / "fields.json").read_text(encoding="utf-8"))


def _board(field):
    return {"id": 1, "estimation": {"type": "field", "field": {"fieldId": field, "displayName": "x"}}}


SITE = site_fields(
    FIELDS, [_board("customfield_10300"), _board("customfield_10104"), _board("customfield_10104")]
)


def test_a_sites_fields_are_found_by_type_and_name():
    expected = SiteFields(
        story_points=("customfield_10104", "customfield_10300", "customfield_10016"),
        sprint=("customfield_10020",),
        epic_link=("customfield_10014",),
        flagged=("customfield_10021",),
        start_date=("customfield_10015",),
        volatile=frozenset({"customfield_10050", "customfield_10000"}),
    )
    assert expected == SITE


def test_without_boards_the_field_of_team_managed_projects_comes_before_those_of_that_name():
    assert site_fields(FIELDS).story_points == ("customfield_10016", "customfield_10104")


@pytest.mark.parametrize(
    "configuration",
    [
        {"estimation": {"type": "none"}},
        {"estimation": None},
        {},
        _board("timeoriginalestimate"),
        _board("customfield_10015"),
        {"estimation": "issueCount"},
    ],
)
def test_a_board_that_does_not_estimate_in_points_names_no_field(configuration):
    assert site_fields(FIELDS, [configuration]) == site_fields(FIELDS)


def test_a_board_may_estimate_by_a_field_that_the_account_does_not_see():
    assert site_fields([], [_board("customfield_77")]).story_points == ("customfield_77",)


def test_the_order_of_the_answers_does_not_matter():
    boards = [_board("customfield_10104"), _board("customfield_10300"), _board("customfield_10104")]
    assert site_fields(reversed(FIELDS), boards) == SITE
