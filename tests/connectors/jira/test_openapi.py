"""What the connector asks is what Atlassian's own documents describe; that the demo's answers are is tested there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from demo.jira.server import DemoJira
from tests.connectors.jira.syncing import quiet, synced

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "jira-openapi"

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason=f"{FOLDER} is not here")

API, AGILE = "/rest/api/3", "/rest/agile/1.0"
PATHS = (
    f"{AGILE}/board",
    f"{AGILE}/board/{{boardId}}/configuration",
    f"{AGILE}/board/{{boardId}}/sprint",
    f"{API}/changelog/bulkfetch",
    f"{API}/field",
    f"{API}/issue/bulkfetch",
    f"{API}/issueLinkType",
    f"{API}/issuetype",
    f"{API}/issue/{{issueIdOrKey}}/worklog",
    f"{API}/myself",
    f"{API}/priority",
    f"{API}/project/{{projectIdOrKey}}/components",
    f"{API}/project/{{projectIdOrKey}}/versions",
    f"{API}/project/search",
    f"{API}/search/jql",
    f"{API}/serverInfo",
    f"{API}/status",
    f"{API}/users/search",
    f"{API}/worklog/deleted",
    f"{API}/worklog/list",
    f"{API}/worklog/updated",
)
UNDOCUMENTED = {f"{API}/resolution"}
"""Jira has it; the documents that are here describe its pages alone, which Data Center does not have."""
NAMES = (
    (r"issue/\d+", "issue/{issueIdOrKey}"),
    (r"project/[A-Z]+", "project/{projectIdOrKey}"),
    (r"board/\d+", "board/{boardId}"),
)


@pytest.fixture(scope="module")
def specification():
    names = ("platform-v3", "software-1.0")
    documents = (json.loads((FOLDER / f"{name}.json").read_text()) for name in names)
    return {path: (whole, described) for whole in documents for path, described in whole["paths"].items()}


@pytest.fixture(scope="module")
def requests(tmp_path_factory):
    """path -> the requests of a first and a second reading."""
    with DemoJira(page_cap=33) as cloud:
        first = synced(cloud, tmp_path_factory.mktemp("first"))
        cloud.site.delete_worklog(next(iter(cloud.site.worklogs)))
        cloud.site.crowd_worklogs("PAY-5", 1100, author="alice")
        quiet(cloud.site)
        synced(cloud, tmp_path_factory.mktemp("second"), since=first.cursors, landed=first.landed())
    found: dict[str, list] = {}
    for request in cloud.requests:
        path = request.path.replace("/rest/api/2/", "/rest/api/3/")
        for pattern, name in NAMES:
            path = re.sub(pattern, name, path)
        found.setdefault(path, []).append(request)
    return found


def test_nothing_else_is_asked(requests):
    assert set(requests) == {*PATHS, *UNDOCUMENTED}


@pytest.mark.parametrize("path", PATHS)
def test_requests_use_documented_parameters_alone(path, requests, specification):
    whole, operations = specification[path]
    for request in requests[path]:
        operation = operations[request.method.lower()]
        known = {parameter["name"] for parameter in operation.get("parameters", [])}
        assert set(request.query) <= known
        if request.method == "POST":
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            described = {**schema, "components": whole["components"]}
            assert not list(Draft4Validator(described).iter_errors(request.body))
