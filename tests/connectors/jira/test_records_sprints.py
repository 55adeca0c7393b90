"""The sprints of an issue, however Jira writes them; Data Center's text quotes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.jira.shapes.sprints import sprints_of

HEAD = "com.atlassian.greenhopper.service.sprint.Sprint@4f722678"
DATES = "startDate=2020-01-06T11:38:31.937Z,endDate=2020-01-19T11:38:00.000Z,completeDate=2020-01-20T11:15:21.528Z"
EARLY = "[name={name},closed=true,{dates},id=78]"
OLD = "[rapidViewId=8,state=CLOSED,name={name},goal={goal},{dates},sequence=78,id=78]"
RECENT = "[id=78,rapidViewId=8,state=CLOSED,name={name},{dates},sequence=78,goal={goal}]"
ALPHABETIC = (
    "[activatedDate=2020-01-06T11:38:31.937Z,autoStartStop=false,completeDate=2020-01-20T11:15:21.528Z,"
    "endDate=2020-01-19T11:38:00.000Z,goal={goal},id=78,incompleteIssuesDestinationId=<null>,name={name},"
    "rapidViewId=8,sequence=78,startDate=2020-01-06T11:38:31.937Z,state=CLOSED,synced=false]"
)
ODD = [
    "Sprint 1",
    "TEST | 06 Jan - 19 Jan",
    "a, b",
    "[late]",
    "x]",
    "a=b, c=d",
    "Ünï, 日本",
    "id=5",
    "line\nbreak",
]


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize(
    "layout", [EARLY, OLD, RECENT, ALPHABETIC], ids=["early", "old", "recent", "alphabetic"]
)
def test_text_of_data_center_is_read_in_each_of_its_layouts(layout, name):
    text = HEAD + layout.format(name=name, goal="<null>", dates=DATES)
    (sprint,) = sprints_of({"customfield_1": [text]}, ["customfield_1"])
    assert sprint == {
        "id": "78",
        "name": name,
        "state": "closed",
        "board_id": None if layout is EARLY else "8",
        "started_at": "2020-01-06T11:38:31.937",
        "ended_at": "2020-01-19T11:38:00.000",
        "completed_at": "2020-01-20T11:15:21.528",
    }


@pytest.mark.parametrize(
    ("layout", "goal"),
    [
        (RECENT, "ship, then state=ACTIVE,state=ACTIVE,id=5,endDate=2021-01-01T00:00:00.000Z"),
        (ALPHABETIC, "ship [all],id=5,state=ACTIVE,startDate=2021-01-01T00:00:00.000Z"),
        (OLD, "ship, [all],id=5,state=ACTIVE"),
    ],
    ids=["recent", "alphabetic", "old"],
)
def test_a_goal_that_looks_like_members_changes_nothing(layout, goal):
    plain, odd = (
        sprints_of({"f": [HEAD + layout.format(name="S, 1", goal=each, dates=DATES)]}, ["f"])
        for each in ("", goal)
    )
    assert odd == plain
    assert odd[0]["name"] == "S, 1"


@given(
    name=st.text(st.characters(codec="utf-8", exclude_characters="="), min_size=1).filter(
        lambda name: name.strip()
    )
)
def test_any_name_without_members_comes_back(name):
    if name.strip() != "<null>":
        text = HEAD + RECENT.format(name=name, goal="", dates=DATES)
        assert sprints_of({"f": [text]}, ["f"])[0]["name"] == name.strip()


def test_what_is_null_or_blank_is_absent():
    text = (
        f"{HEAD}[id=1,rapidViewId=<null>,state=FUTURE,name=S,startDate=<null>,endDate=,completeDate=<null>]"
    )
    (sprint,) = sprints_of({"f": [text, None]}, ["f"])
    assert sprint == {"id": "1", "name": "S", "state": "future"} | dict.fromkeys(
        ("board_id", "started_at", "ended_at", "completed_at")
    )


def test_a_sprint_counts_once_and_its_last_state_holds():
    old = f"{HEAD}[id=7,rapidViewId=8,state=ACTIVE,name=S,startDate=<null>]"
    new = {"id": 7, "name": "S", "state": "closed", "boardId": 8}
    assert [each["state"] for each in sprints_of({"f": [old, new]}, ["f"])] == ["closed"]


def test_the_first_field_that_the_issue_has_counts():
    fields = {"a": None, "b": [{"id": 1}], "c": [{"id": 2}]}
    assert [each["id"] for each in sprints_of(fields, ["a", "b", "c"])] == ["1"]
    assert [each["id"] for each in sprints_of({"a": {"id": 3}}, ["a"])] == ["3"]
    assert sprints_of({"a": None}, ["a"]) == []


def test_a_date_that_cannot_be_read_is_absent_here():
    assert sprints_of({"f": [{"id": 1, "startDate": "soon"}]}, ["f"])[0]["started_at"] is None


@pytest.mark.parametrize("text", ["soon", f"{HEAD}[name=S]", f"{HEAD}[id=<null>,name=S]", "[id=1]", ""])
def test_text_that_says_nothing_of_a_sprint_breaks_a_rule(text):
    with pytest.raises(ValueError, match="not_a_sprint"):
        sprints_of({"f": [text]}, ["f"])


@pytest.mark.parametrize(
    "value",
    [7, [7], [[]], [{"name": "S"}], [{"id": 1, "state": 3}], [{"id": 1, "startDate": 5}], [{"id": {}}]],
)
def test_what_has_another_type_is_a_changed_schema(value):
    with pytest.raises(TypeError):
        sprints_of({"f": value}, ["f"])
