"""What the demo answers, and the connector reads, is what Atlassian's own document describes."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

DOCUMENT = Path(__file__).resolve().parents[4] / "shared" / "data" / "jira-openapi" / "platform-v3.json"

pytestmark = pytest.mark.skipif(not DOCUMENT.exists(), reason=f"{DOCUMENT} is not here")

PATHS = (
    "project/search",
    "users/search",
    "search/jql",
    "worklog/updated",
    "worklog/deleted",
    "worklog/list",
    "issue/bulkfetch",
    "myself",
    "serverInfo",
)


@pytest.fixture(scope="module")
def specification():
    return json.loads(DOCUMENT.read_text())


@pytest.fixture
def answered(cloud, read):
    """path -> method and documents answered while everything is read."""
    seen: dict[str, list] = {}
    answer = cloud.answer

    def noting(request):
        found = answer(request)
        seen.setdefault(request.path.removeprefix("/rest/api/3/").removeprefix("/rest/api/2/"), []).append(
            (request, found.document)
        )
        return found

    cloud.answer = noting
    cloud.site.delete_worklog(next(iter(cloud.site.worklogs)))
    cloud.site.advance(timedelta(minutes=2))
    read(cloud)
    read(cloud, "worklogs")
    return seen


@pytest.mark.parametrize("path", PATHS)
def test_answers_have_the_documented_shape(path, answered, specification):
    for request, document in answered[path]:
        operation = specification["paths"][f"/rest/api/3/{path}"][request.method.lower()]
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        errors = list(
            Draft4Validator({**schema, "components": specification["components"]}).iter_errors(document)
        )
        assert not errors, errors[:3]


@pytest.mark.parametrize("path", PATHS)
def test_requests_use_documented_parameters_alone(path, answered, specification):
    for request, _ in answered[path]:
        operation = specification["paths"][f"/rest/api/3/{path}"][request.method.lower()]
        known = {parameter["name"] for parameter in operation.get("parameters", [])}
        assert set(request.query) <= known
        if request.method == "POST":
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            whole = {**schema, "components": specification["components"]}
            assert not list(Draft4Validator(whole).iter_errors(request.body))
