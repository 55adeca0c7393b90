"""Cloud and Data Center of one content give the same rows, through their own endpoints."""

from __future__ import annotations

import pytest

from connectors.jira.tables import TABLES
from demo.jira.server import SERVICE_TOKEN, DemoJira
from tests.connectors.jira.syncing import assert_counted, assert_same, synced

DIFFERENT = {
    "boards": {"estimation_field_id", "estimation_field_name", "rank_field_id", "project_id", "project_key"},
    "issue_changes": {"field_id", "field"},
    "issue_types": {"hierarchy_level"},
    "issues": {"parent_id", "parent_key"},
    "users": {"account_type"},
}
"""Data Center does not say these, or custom fields have other ids and names there; an epic is no parent there."""


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The rows of each kind."""
    found = []
    for kind in ("cloud", "server"):
        with DemoJira(deployment=kind, page_cap=33) as demo:
            found.append(synced(demo, tmp_path_factory.mktemp(kind)).rows)
    return found


def test_each_kind_gives_all_that_it_has(demo, sync):
    found = sync(demo).rows
    assert_same(found, demo.site)
    assert_counted(found, demo.site)


@pytest.mark.parametrize("name", [table.name for table in TABLES if table.name != "fields"])
def test_both_kinds_give_the_same_rows(name, both):
    different = {"document"} | DIFFERENT.get(name, set())
    cloud, server = (
        sorted(
            repr({column: value for column, value in row.items() if column not in different})
            for row in rows[name]
        )
        for rows in both
    )
    assert cloud == server


def test_each_kind_is_asked_at_its_own_addresses(cloud, server, sync):
    for demo in (cloud, server):
        sync(demo)
    on_cloud, on_server = ({request.path for request in demo.requests} for demo in (cloud, server))
    assert {"/rest/api/3/search/jql", "/rest/api/3/users/search"} <= on_cloud
    assert {"/rest/api/2/search", "/rest/api/2/user/search"} <= on_server
    assert not any("/rest/api/3/" in path for path in on_server)
    assert not any(path.endswith("bulkfetch") for path in on_server)


def test_a_service_account_is_read_through_the_gateway(cloud, sync):
    found = sync(cloud, url=cloud.gateway_url, email=None, token=None, pat=SERVICE_TOKEN)
    assert_same(found.rows, cloud.site)
    assert all(request.path.startswith("/ex/jira/") for request in cloud.requests)


def test_an_archived_project_is_read_and_marked(demo, sync):
    demo.site.archive_project("WEB")
    found = {row["project_key"]: row for row in sync(demo).rows["projects"]}
    assert {key: row["is_archived"] for key, row in found.items()} == {
        "PAY": False,
        "WEB": True,
        "DWH": False,
        "OPS": False,
    }
    assert found["WEB"]["visibility"] == "archived"


def test_people_who_left_are_read_too(demo, sync):
    found = {row["account"]: row["is_active"] for row in sync(demo).rows["users"]}
    assert found["acc-hugo"] is False
    assert sum(found.values()) == 7


def test_a_project_whose_key_is_a_reserved_word_is_read(demo, sync):
    demo.site.rename_project("OPS", "AND")
    found = sync(demo, projects=("AND",)).rows["issues"]
    assert [row["project_key"] for row in found] == ["AND"] * 16
