"""Dagster's sensors that tell who has to know: of runs that it did itself, and of data that grow old meanwhile."""

# No `from __future__ import annotations`: Dagster compares the annotation of `context` as an object.

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from pipelines.defs.alerts import definitions
from pipelines.publishing.notes import last_refresh
from pipelines.resources import ATTENDED, Folder
from pipelines.settings import Home
from tests.mail_server import Mailbox, mail_server

SETTINGS = """\
organisation: Acme
currency: EUR
deliver: {email: {to: [pmo@acme.example], smtp: ${PMO_SMTP_URL}}}
"""


@dg.op
def land_ledger(context: dg.OpExecutionContext) -> None:
    said = (Path(context.run.tags["says"])).read_text()
    if said:
        raise dg.Failure(said, allow_retries=False)


@dg.job
def refresh() -> None:
    land_ledger()


@dg.job
def close() -> None:
    land_ledger()


@dataclass(frozen=True)
class Scene:
    """A home whose runs are Dagster's, and who is told."""

    home: Home
    box: Mailbox
    instance: dg.DagsterInstance

    def run(self, job: dg.JobDefinition, *, says: str = "", tags: dict[str, str] | None = None) -> None:
        """One run, which fails where it `says` something, and the sensor that sees how it ended."""
        script = self.home.root / "says"
        script.write_text(says)
        result = job.execute_in_process(
            instance=self.instance, raise_on_error=False, tags={"says": str(script), **(tags or {})}
        )
        ended = dg.DagsterEventType.RUN_FAILURE if says else dg.DagsterEventType.RUN_SUCCESS
        run = self.instance.get_run_by_id(result.run_id)
        assert run is not None
        context = dg.build_run_status_sensor_context(
            sensor_name="told",
            dagster_instance=self.instance,
            dagster_run=run,
            dagster_event=next(event for event in result.all_events if event.event_type == ended),
            resources={"folder": Folder(root=str(self.home.root))},
        )
        self.sensor("refresh_failed" if says else "refresh_went_through")(context)

    def look_at_ages(self) -> None:
        context = dg.build_sensor_context(
            instance=self.instance, resources={"folder": Folder(root=str(self.home.root))}
        )
        self.sensor("ages").evaluate_tick(context)

    def sensor(self, name: str) -> dg.SensorDefinition:
        return next(each for each in definitions("refresh").sensors or () if each.name == name)

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.box.mails]


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    home = Home(tmp_path / "home")
    home.warehouse.mkdir(parents=True)
    home.settings_file.write_text(SETTINGS)
    with mail_server(tmp_path / "tls") as box, dg.DagsterInstance.ephemeral() as instance:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "tls/certificate.pem"))
        monkeypatch.setenv("PMO_SMTP_URL", box.url)
        yield Scene(home, box, instance)


def publish(home: Home, at: datetime) -> None:
    home.published.mkdir(exist_ok=True)
    home.published_file.unlink(missing_ok=True)
    with duckdb.connect(str(home.published_file)) as connection:
        connection.execute("create schema marts")
        moment = [at.replace(tzinfo=None)]
        connection.execute(
            "create table marts.release_info as select 'r1' as release_id, ?::timestamp as refreshed_at",
            moment,
        )


def test_a_run_of_the_daemons_that_fails_is_told_once_and_so_is_that_it_is_mended(scene: Scene) -> None:
    said = "inbox/ledger/orders.csv has no column currency. Add it."
    for _ in range(2):
        scene.run(refresh, says=said)
    assert scene.subjects == ["Acme: the refresh failed: ledger"]
    text = scene.box.mails[0].get_body(("plain",))
    assert text is not None and f"ledger: {said}" in text.get_content()
    last = last_refresh(scene.home)
    assert last is not None and (last.success, last.failures) == (False, (f"ledger: {said}",))
    scene.run(refresh)
    assert scene.subjects[1:] == ["Acme: mended: ledger"]


def test_runs_of_the_command_and_other_jobs_are_left_alone(scene: Scene) -> None:
    scene.run(refresh, says="broken", tags={ATTENDED: "true"})
    scene.run(close, says="broken")
    assert scene.subjects == []
    assert last_refresh(scene.home) is None


def test_a_release_that_grows_old_is_told_once_and_so_is_that_it_is_fresh(scene: Scene) -> None:
    now = datetime.now(UTC)
    scene.look_at_ages()
    publish(scene.home, now - timedelta(hours=49))
    scene.look_at_ages()
    assert scene.subjects == []
    publish(scene.home, now - timedelta(hours=51))
    for _ in range(3):
        scene.look_at_ages()
    assert scene.subjects == ["Acme: too old: release"]
    publish(scene.home, now)
    for _ in range(2):
        scene.look_at_ages()
    assert scene.subjects == ["Acme: too old: release", "Acme: mended: release"]


def test_wrong_settings_do_not_break_the_sensor(scene: Scene) -> None:
    scene.home.settings_file.write_text("organisation: Acme\n")
    scene.look_at_ages()
    scene.run(refresh, says="broken")
    assert scene.subjects == []


def test_a_refresh_that_breaks_down_before_it_runs_is_told_and_breaks_down_all_the_same(
    scene: Scene,
) -> None:
    from pipelines.commands.run import run_refresh
    from pipelines.progress import Silent

    scene.home.dbt.parent.mkdir(exist_ok=True)
    scene.home.dbt.write_text("a file where dbt's folder should be")
    for _ in range(2):
        with pytest.raises(OSError):
            run_refresh(scene.home, moment={}, sources=(), progress=Silent())
    assert scene.subjects == ["Acme: the refresh failed: run"]
