"""A refresh that fails tells who has to know, once, whoever started it; alerts change nothing about how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from demo.jira.server import DemoJira
from tests.end_to_end.homes import ORGANISATION, Outcome, PmoHome, make_home
from tests.mail_server import Mailbox, mail_server

pytestmark = pytest.mark.slow

AS_OF = "2026-03-31"
MAIL = "deliver: {email: {to: [pmo@acme.example], smtp: ${ACME_SMTP_URL}}}\n"
ORDER: dict[str, object] = {
    "order_no": "PO-1",
    "line_no": 1,
    "project": "PAY",
    "cost_category": "services",
    "ordered_on": "2026-02-02",
    "amount": 3000,
    "currency": "EUR",
}
WITHOUT_CURRENCY = {name: value for name, value in ORDER.items() if name != "currency"}


@dataclass(frozen=True)
class Step:
    """One run: how it ended, and the mails that it sent."""

    outcome: Outcome
    mails: list[tuple[str, str]]


@dataclass(frozen=True)
class Scene:
    """A home and the mail server that it alerts through."""

    home: PmoHome
    box: Mailbox

    def orders(self, row: dict[str, object]) -> None:
        self.home.write("inbox/ledger/orders.csv", [row])

    def refresh(self, *arguments: str) -> Step:
        return self.step(lambda: self.home.run("refresh", "--as-of", AS_OF, *arguments))

    def step(self, act: Any) -> Step:
        before = len(self.box.mails)
        outcome = act()
        return Step(outcome, [shown(mail) for mail in self.box.mails[before:]])


def shown(mail: Any) -> tuple[str, str]:
    """Subject and text of a mail."""
    return str(mail["Subject"]), str(mail.get_body(("plain",)).get_content())


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    home = make_home(tmp_path / "home", settings=ORGANISATION + MAIL)
    with mail_server(tmp_path / "tls") as box:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "tls/certificate.pem"))
        monkeypatch.setenv("ACME_SMTP_URL", box.url)
        yield Scene(home, box)


def run_by_daemon(home: PmoHome) -> bool:
    """A refresh as Dagster's daemon runs it, then its sensors; whether it went through."""
    import dagster as dg

    from pipelines.definitions import assemble
    from pipelines.recording import instance_of
    from pipelines.resources import Folder
    from pipelines.settings import Home

    definitions = assemble(Home(home.root))
    job = definitions.resolve_job_def("refresh")
    with instance_of(Home(home.root)) as instance:
        result = job.execute_in_process(
            instance=instance,
            run_config={"resources": {"moment": {"config": {"as_of": AS_OF}}}},
            raise_on_error=False,
        )
        name = "refresh_went_through" if result.success else "refresh_failed"
        ended = dg.DagsterEventType.RUN_SUCCESS if result.success else dg.DagsterEventType.RUN_FAILURE
        event = next(event for event in result.all_events if event.event_type == ended)
        run = instance.get_run_by_id(result.run_id)
        assert run is not None
        context = dg.build_run_status_sensor_context(
            sensor_name=name,
            dagster_instance=instance,
            dagster_run=run,
            dagster_event=event,
            resources={"folder": Folder(root=str(home.root))},
        )
        definitions.get_sensor_def(name)(context)
    return bool(result.success)


def test_a_refused_file_is_told_once_by_whoever_runs_and_once_when_it_is_mended(scene: Scene) -> None:
    scene.orders(ORDER)
    good = scene.refresh()
    assert (good.outcome.exit_code in (0, 3), good.mails) == (True, [])
    scene.orders(WITHOUT_CURRENCY)
    failed = scene.refresh()
    assert failed.outcome.exit_code == 1
    ((subject, text),) = failed.mails
    assert subject == "Testers: the refresh failed: ledger"
    assert "ledger: inbox/ledger/orders.csv" in text and "currency" in text
    assert "Release " in text and " stands." in text
    assert scene.refresh().mails == []
    by_daemon = scene.step(lambda: run_by_daemon(scene.home))
    assert (by_daemon.outcome, by_daemon.mails) == (False, [])
    scene.orders(ORDER | {"amount": 4000})
    mended = scene.step(lambda: run_by_daemon(scene.home))
    assert mended.outcome is True
    assert [subject for subject, _ in mended.mails] == ["Testers: mended: ledger"]
    assert scene.refresh().mails == []


def test_a_jira_that_refuses_the_token_is_told_and_another_source_does_not_mend_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACME_TOKEN", "not-the-token")
    scene.orders(ORDER)
    with DemoJira() as jira:
        site = f"{{site: '{jira.url}', name: acme, auth: {{email: a@acme.example, token: ${{ACME_TOKEN}}}}}}"
        (scene.home.root / "pmo.yaml").write_text(f"{ORGANISATION}{MAIL}jira: [{site}]\n")
        ((subject, text),) = scene.refresh().mails
        assert subject == "Testers: the refresh failed: jira"
        assert "answered 401" in text and "Check auth.email and auth.token" in text
        assert "not-the-token" not in text
        assert scene.refresh("--select", "ledger").mails == []
        assert scene.refresh().mails == []


def test_an_alert_that_can_not_be_sent_changes_nothing_about_how_the_refresh_ends(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.orders(ORDER)
    published = scene.refresh()
    release = scene.home.release()
    scene.orders(WITHOUT_CURRENCY)
    scene.box.rcpt = ["550 no such user"]
    failed = scene.refresh()
    assert failed.outcome.exit_code == 1
    assert "inbox/ledger/orders.csv" in failed.outcome.stderr
    assert "warning: An alert was not sent to email pmo@acme.example" in failed.outcome.stderr
    assert "no such user" in (scene.home.root / "warehouse/logs/refresh.log").read_text()
    assert scene.home.release() == release
    assert len(scene.refresh().mails) == 1
    scene.orders(ORDER)
    scene.box.rcpt = ["550 no such user"]
    mended = scene.refresh()
    assert mended.outcome.exit_code == published.outcome.exit_code
    assert "warning: An alert was not sent" in mended.outcome.stderr
    assert [subject for subject, _ in scene.refresh().mails] == ["Testers: mended: ledger"]
