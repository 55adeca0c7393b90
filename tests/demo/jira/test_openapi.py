"""Every answer that Atlassian's own documents describe is as they describe it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from demo.jira.server import DemoJira
from tests.demo.jira.visitor import Visitor

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "jira-openapi"

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason=f"{FOLDER} is not here")

API, AGILE = "/rest/api/3", "/rest/agile/1.0"
JQL = "project = PAY order by created"
READ = {
    f"{API}/serverInfo": "",
    f"{API}/myself": "",
    f"{API}/field": "",
    f"{API}/status": "",
    f"{API}/statuscategory": "",
    f"{API}/priority": "",
    f"{API}/priority/search": "",
    f"{API}/resolution/search": "",
    f"{API}/issuetype": "",
    f"{API}/issueLinkType": "",
    f"{API}/project/search": "status=live&status=archived&status=deleted",
    f"{API}/project/{{projectIdOrKey}}": "",
    f"{API}/project/{{projectIdOrKey}}/components": "",
    f"{API}/project/{{projectIdOrKey}}/versions": "",
    f"{API}/project/{{projectIdOrKey}}/version": "",
    f"{API}/project/{{projectIdOrKey}}/statuses": "",
    f"{API}/users": "",
    f"{API}/users/search": "",
    f"{API}/search/jql": f"jql={JQL}&fields=*all&expand=changelog&maxResults=5",
    f"{API}/issue/{{issueIdOrKey}}": "fields=*all&expand=changelog",
    f"{API}/issue/{{issueIdOrKey}}/changelog": "maxResults=2",
    f"{API}/issue/{{issueIdOrKey}}/comment": "",
    f"{API}/issue/{{issueIdOrKey}}/worklog": "",
    f"{API}/worklog/updated": "",
    f"{API}/worklog/deleted": "",
    f"{AGILE}/board": "",
    f"{AGILE}/board/{{boardId}}": "",
    f"{AGILE}/board/{{boardId}}/configuration": "",
}
ASKED = {
    f"{API}/search/jql": {"jql": JQL, "fields": ["*all"], "maxResults": 5},
    f"{API}/search/approximate-count": {"jql": JQL},
    f"{API}/issue/bulkfetch": {
        "issueIdsOrKeys": ["PAY-5", "WEB-3"],
        "fields": ["*all"],
        "expand": ["changelog"],
    },
    f"{API}/worklog/list": {"ids": [10500, 10501, 10502]},
    f"{API}/changelog/bulkfetch": {"issueIdsOrKeys": ["PAY-5", "PAY-11"], "maxResults": 3},
}
NAMES = {"{issueIdOrKey}": "PAY-11", "{projectIdOrKey}": "PAY", "{boardId}": "1"}


@pytest.fixture(scope="module")
def specification():
    names = ("platform-v3", "software-1.0")
    return {name: json.loads((FOLDER / f"{name}.json").read_text()) for name in names}


@pytest.fixture(scope="module")
def visitor():
    with DemoJira() as demo, Visitor(demo) as visitor:
        demo.site.add_comment("PAY-11", author="alice")
        demo.site.log_work("PAY-11", author="bruno", started=demo.site.now, seconds=900, comment="two\nlines")
        demo.site.delete_worklog(10500)
        demo.site.archive_project("DWH")
        demo.site.trash_project("OPS")
        demo.site.anonymise_user("bruno")
        demo.site.add_board("Mine", "kanban")
        demo.site.advance(timedelta(minutes=2))
        yield visitor


@pytest.mark.parametrize("path", READ)
def test_what_is_read_has_the_documented_shape(path, visitor, specification):
    actual = path
    for name, value in NAMES.items():
        actual = actual.replace(name, value)
    answer = visitor.get(f"{visitor.demo.url}{actual}?{READ[path]}", timeout=5)
    assert answer.status_code == 200, answer.text
    assert answer.json()
    _check(specification, path, "get", answer.json())


@pytest.mark.parametrize("path", ASKED)
def test_what_is_asked_for_has_the_documented_shape(path, visitor, specification):
    answer = visitor.post(f"{visitor.demo.url}{path}", json=ASKED[path], timeout=5)
    assert answer.status_code == 200, answer.text
    document = answer.json()
    if "changelog/bulkfetch" in path:
        _write_moments(document)
    _check(specification, path, "post", document)
    assert not list(_validator(specification, path, "post", "requestBody").iter_errors(ASKED[path]))


def test_a_shape_that_is_not_documented_is_noticed(visitor, specification):
    document = visitor.ask("serverInfo").json() | {"surprise": 1}
    with pytest.raises(AssertionError, match="surprise"):
        _check(specification, f"{API}/serverInfo", "get", document)


def test_sprints_have_the_members_of_the_documented_example(visitor, specification):
    operation = specification["software-1.0"]["paths"][f"{AGILE}/board/{{boardId}}/sprint"]["get"]
    example = json.loads(operation["responses"]["200"]["content"]["application/json"]["example"])
    known = {name for sprint in example["values"] for name in sprint} | {"createdDate"}
    page = visitor.get(f"{visitor.demo.url}{AGILE}/board/1/sprint", timeout=5).json()
    assert set(page) == set(example) - {"total"}
    assert {name for sprint in page["values"] for name in sprint} == known


def _write_moments(document) -> None:
    """The schema says text, the example beside it and the real Jira say a number: there the example is right."""
    for history in (one for log in document["issueChangeLogs"] for one in log["changeHistories"]):
        assert isinstance(history["created"], int)
        history["created"] = "2026-01-01T00:00:00.000+0000"


def _without_nothing(document):
    """The documents know no null in a history's items, where real Jiras write it for what was or is empty."""
    if isinstance(document, list):
        return [_without_nothing(one) for one in document]
    if not isinstance(document, dict):
        return document
    gone = ("from", "fromString", "to", "toString") if "fieldtype" in document else ()
    return {
        name: _without_nothing(value)
        for name, value in document.items()
        if value is not None or name not in gone
    }


def _check(specification, path, method, document) -> None:
    errors = list(
        _validator(specification, path, method, "responses").iter_errors(_without_nothing(document))
    )
    assert not errors, [(error.message[:300], list(error.path)) for error in errors[:3]]


def _validator(specification, path, method, part):
    whole = specification["platform-v3" if "/api/" in path else "software-1.0"]
    described = whole["paths"][path][method][part]
    described = described["200"] if part == "responses" else described
    schema = described["content"]["application/json"]["schema"]
    return Draft4Validator({**schema, "components": whole.get("components", {})})
