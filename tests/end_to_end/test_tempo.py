"""Hours out of Tempo through the whole product, beside a Jira whose issues they are on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from demo.jira.server import DemoJira
from demo.tempo.account import demo_account
from demo.tempo.server import TOKEN, DemoTempo
from tests.connectors.jira.landing import TOKENS, site_settings
from tests.end_to_end.homes import ORGANISATION, PmoHome, make_home

pytestmark = pytest.mark.slow

AS_OF = "2026-06-30"
UNKNOWN = 77
DAY = date(2026, 6, 1)


@dataclass(frozen=True, slots=True)
class Served:
    """A home, and the Tempo and the Jira that it reads."""

    home: PmoHome
    tempo: DemoTempo
    jira: DemoJira

    def project(self, issue: int) -> str:
        return next(
            (each.key.partition("-")[0] for each in self.jira.site.issues.values() if each.id == issue),
            "unmapped",
        )

    def held(self) -> Counter[tuple[str, str]]:
        """Seconds by project and status, counted on the server."""
        words = {"APPROVED": "approved", "IN_REVIEW": "submitted", "OPEN": "draft"}
        found: Counter[tuple[str, str]] = Counter()
        for each in self.tempo.account.worklogs.values():
            status = words[self.tempo.account.status(each.person, each.day, each.day)]
            found[self.project(each.issue), status] += each.seconds
        return found

    def published(self) -> dict[tuple[str, str], Decimal]:
        """Seconds by project and status, in the mart."""
        rows = self.home.query(
            "select project_code, status, sum(hours) * 3600 as seconds from marts.fct_timesheet_entry"
            " where source_path like 'tempo:%' group by all"
        )
        return {(row["project_code"], row["status"]): round(row["seconds"], 3) for row in rows}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with pytest.MonkeyPatch.context() as patch, DemoJira() as jira:
        for name, value in {**TOKENS, "DEMO_TEMPO": TOKEN}.items():
            patch.setenv(name, value)
        issues = [issue.id for issue in jira.site.issues.values()]
        with DemoTempo(demo_account([*issues[::7], UNKNOWN])) as tempo:
            account = f"{{url: {tempo.url}, token: ${{DEMO_TEMPO}}, teams: [12], requests_per_second: 1000}}"
            settings = f"{ORGANISATION}jira: [{site_settings(jira)}]\ntempo: [{account}]\n"
            home = make_home(tmp_path_factory.mktemp("tempo") / "home", settings=settings)
            yield Served(home, tempo, jira)


def test_hours_of_tempo_arrive_whole_and_follow_what_changes_there(served: Served) -> None:
    """In one refresh the issues land before the worklogs on them; a deletion and an approval are seen by the next."""
    first = served.home.refresh(AS_OF)
    assert first.exit_code == 3, first.text
    assert served.published() == served.held()
    assert len({project for project, _ in served.held()}) > 2
    own = served.tempo.account
    for worklog in own.between(DAY, DAY):
        own.delete(worklog.id)
    own.decide("acc-alice", DAY, "APPROVED")
    second = served.home.refresh(AS_OF)
    assert "3 rows of the version before came no more" in second.text
    assert served.published() == served.held()
    codes = served.home.query(
        "select source_code from marts.fct_unmapped_code where source_code like 'issue %'"
    )
    assert [row["source_code"] for row in codes] == [f"issue {UNKNOWN}"]


def test_where_tempo_has_hours_those_of_jira_do_not_count_as_well(served: Served) -> None:
    rows = served.home.query(
        "select project_code, source_system, bool_or(is_counted_source) as counts"
        " from marts.fct_timesheet_entry group by all"
    )
    counting: dict[str, set[str]] = {}
    for row in rows:
        if row["counts"]:
            counting.setdefault(row["project_code"], set()).add(row["source_system"])
    assert all(len(systems) == 1 for systems in counting.values())
    assert {project for project, systems in counting.items() if systems == {"timesheets"}} == {
        project for project, _ in served.held()
    }
