"""One home with a Postgres beside its files, through a fault of Postgres, a rollback and the release after it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest

from tests.end_to_end.homes import Outcome, PmoHome
from tests.end_to_end.outlets_home import AS_OF, DSN, outlets_home, posting
from tests.postgres import PASSWORD, Server, postgres

pytestmark = pytest.mark.slow

WRONG = "pl&nted and wrong"
SUM = "select sum(consumed)::text from marts.mart_budget_position where \"view\" = 'restated' and fx_basis = 'booked'"


@dataclass
class Story:
    """What was said at each step, and what readers of the files and of Postgres saw after it."""

    home: PmoHome
    server: Server
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    seen: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def run(self, step: str, *arguments: str) -> Outcome:
        outcome = self.home.run(*arguments)
        files = [
            tuple(row.values())
            for row in self.home.query(f"select release_id, ({SUM}) from marts.release_info")
        ]
        there = self.server.query("outlets", f"select release_id, ({SUM}) from marts.release_info")
        self.outcomes[step], self.seen[step] = outcome, (*files, *there)
        return outcome


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with postgres() as server, pytest.MonkeyPatch.context() as environment:
        server.make_database("outlets")
        home = outlets_home(tmp_path_factory.mktemp("outlets"))
        story, refresh = Story(home, server), ("refresh", "--as-of", AS_OF)
        environment.setenv(DSN, server.dsn("outlets"))
        story.run("first", *refresh)
        environment.setenv(DSN, server.dsn("outlets", password=WRONG))
        home.write("inbox/ledger/postings_more.csv", [posting("B", "20.00")])
        story.run("refused", *refresh)
        environment.setenv(DSN, server.dsn("outlets"))
        story.run("caught up", *refresh)
        story.run("doctor", "doctor")
        story.run("published", "published", "--json")
        story.run("back", "release", "rollback", "--by", "ann")
        trace = ("--project", "P", "--period", "2026-02", "--json")
        story.run("traced", "trace", "consumed", *trace)
        story.run("nothing new", *refresh)
        story.run("close", "close", "2026-02")
        story.run("published after", "published", "--json")
        story.run("listed", "release", "--json")
        home.write("inbox/ledger/postings_late.csv", [posting("C", "3.00")])
        story.run("forward", *refresh)
        yield story


def both(seen: tuple[Any, ...]) -> list[str]:
    """The sums that the two show."""
    return [amount for _, amount in seen]


def test_a_refresh_publishes_to_both(story: Story) -> None:
    assert story.outcomes["first"].exit_code == 0, story.outcomes["first"].text
    assert both(story.seen["first"]) == ["100.00", "100.00"]


def test_every_public_table_is_there(story: Story) -> None:
    rows = story.server.query("outlets", "select tablename from pg_tables where schemaname = 'marts'")
    assert sorted(name for (name,) in rows) == story.home.tables()


def test_a_postgres_that_refuses_is_a_warning_with_cause_and_mend_and_keeps_the_release_before(
    story: Story,
) -> None:
    refused = story.outcomes["refused"]
    assert refused.exit_code == 3, refused.text
    assert "Postgres (outlets on " in refused.text and "authentication failed" in refused.text
    assert (
        "publish.postgres names it, and that its user may log in. The next refresh tries again."
        in refused.text
    )
    assert both(story.seen["refused"]) == ["120.00", "100.00"]


def test_the_next_refresh_catches_up_though_nothing_is_new(story: Story) -> None:
    assert story.outcomes["caught up"].exit_code == 0, story.outcomes["caught up"].text
    assert both(story.seen["caught up"]) == ["120.00", "120.00"]
    assert story.seen["caught up"][0] == story.seen["refused"][0], "the files stand as they stood"


def test_the_doctor_says_which_release_postgres_shows(story: Story) -> None:
    shown = story.seen["caught up"][0][0]
    assert f"shows release {shown}-" in story.outcomes["doctor"].text


def test_a_rollback_goes_back_on_both(story: Story) -> None:
    assert story.outcomes["back"].exit_code == 0, story.outcomes["back"].text
    assert story.seen["back"] == story.seen["first"]


def test_a_refresh_with_nothing_new_does_not_undo_a_rollback_and_says_so(story: Story) -> None:
    again = story.outcomes["nothing new"]
    assert again.exit_code == 3, again.text
    made_again = story.seen["caught up"][0][0]
    assert f"made release {made_again} again, which ann took back on" in again.text
    assert f"`pmo release rollback {made_again}` brings this one back" in again.text
    assert story.seen["nothing new"] == story.seen["first"]


def test_the_release_that_stands_is_traced(story: Story) -> None:
    traced = story.outcomes["traced"]
    assert traced.exit_code == 0, traced.text
    assert story.seen["first"][0][0] in traced.stdout and '"100' in traced.stdout


def test_what_was_published_stays_as_it_was_kept(story: Story) -> None:
    before, after = (json.loads(story.outcomes[step].stdout) for step in ("published", "published after"))
    assert len(before["published"]) == 2 and after == before


def test_nothing_is_closed_on_a_release_that_was_taken_back(story: Story) -> None:
    close = story.outcomes["close"]
    assert close.exit_code == 1
    assert "its release was taken back" in close.text


def test_the_list_has_both_releases(story: Story) -> None:
    newest, oldest = json.loads(story.outcomes["listed"].stdout)["releases"]
    assert newest["taken_back"]["by"] == "ann"
    assert oldest["stands"] == {"duckdb": True, "parquet": True, "postgres": True}


def test_the_next_release_with_other_content_is_published_forward(story: Story) -> None:
    assert story.outcomes["forward"].exit_code == 0, story.outcomes["forward"].text
    assert both(story.seen["forward"]) == ["123.00", "123.00"]


@pytest.mark.parametrize("secret", [PASSWORD, WRONG])
def test_no_file_and_no_output_holds_the_password(story: Story, secret: str) -> None:
    written = [secret.encode(), quote(secret, safe="").encode()]
    files = [path for path in story.home.root.rglob("*") if path.is_file()]
    assert len(files) > 100
    assert [path for path in files if any(form in path.read_bytes() for form in written)] == []
    for step, outcome in story.outcomes.items():
        assert not any(form.decode() in outcome.stdout + outcome.stderr for form in written), step


def test_the_key_of_the_pseudonyms_is_in_no_release(story: Story) -> None:
    key = (story.home.root / "secrets/pseudonym.key").read_text(encoding="utf-8").strip()
    files = [path for path in (story.home.root / "published").rglob("*") if path.is_file()]
    files += list((story.home.root / "warehouse/logs").rglob("*.*"))
    assert key and [path for path in files if key.encode() in path.read_bytes()] == []
