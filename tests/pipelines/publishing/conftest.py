"""One Postgres for each file of tests, and an empty database in it for each test."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from pipelines.publishing.postgres_session import Target
from tests.postgres import Server, postgres


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres() as running:
        yield running


@pytest.fixture
def database(server: Server, request: pytest.FixtureRequest) -> str:
    """Its name, made of the test's."""
    name = re.sub(r"\W", "_", request.node.name).lower()[-50:].strip("_")
    server.make_database(name)
    return name


@pytest.fixture
def target(server: Server, database: str) -> Target:
    """The database as a release goes there, with a role of readers of its own."""
    return Target(server.dsn(database), f"{database}_r"[-60:])
