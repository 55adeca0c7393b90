"""Cloud and Data Center of one content give the same rows, through their own endpoints."""

from __future__ import annotations

import pytest

ONLY_ON_CLOUD = {"document", "account_type"}


@pytest.mark.parametrize("name", ["projects", "users", "issues", "worklogs"])
def test_both_kinds_give_the_same_rows(name, cloud, server, read, rows_of):
    def comparable(demo):
        return [
            {column: value for column, value in row.items() if column not in ONLY_ON_CLOUD}
            for row in rows_of(read(demo)[name])
        ]

    assert comparable(cloud) == comparable(server)


def test_each_kind_is_asked_at_its_own_addresses(cloud, server, read):
    for demo in (cloud, server):
        read(demo)
    asked = {
        kind: {request.path for request in demo.requests} for kind, demo in (("c", cloud), ("s", server))
    }
    assert "/rest/api/3/search/jql" in asked["c"] and "/rest/api/3/users/search" in asked["c"]
    assert "/rest/api/2/search" in asked["s"] and "/rest/api/2/user/search" in asked["s"]
    assert not any("/3/" in path for path in asked["s"])


def test_an_archived_project_is_read_and_marked(cloud, server, read, rows_of):
    for demo in (cloud, server):
        demo.site.projects[1].archived = True
        found = {
            row["project_key"]: row["is_archived"] for row in rows_of(read(demo, "projects")["projects"])
        }
        assert found == {"PAY": False, "WEB": True, "DWH": False, "OPS": False}


def test_people_who_left_are_read_too(cloud, server, read, rows_of):
    for demo in (cloud, server):
        found = {row["account"]: row["is_active"] for row in rows_of(read(demo, "users")["users"])}
        assert found["acc-hugo"] is False
        assert sum(found.values()) == 7


def test_a_project_whose_key_is_a_reserved_word_is_read(cloud, server, read):
    for demo in (cloud, server):
        demo.site.projects[3].key = "AND"
        for issue in demo.site.issues.values():
            issue.project = issue.project.replace("OPS", "AND")
        assert len(read(demo, "issues", projects=("AND",))["issues"].extract) == 16
