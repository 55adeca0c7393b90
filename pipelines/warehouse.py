"""The call of dbt: its manifest, made in one place, and one build of the warehouse file in this process.

Here: parse, build, and what dbt answers as our own results and errors. What the models say is dbt_project; which
assets they are to Dagster is `pipelines.defs.warehouse`. A fresh clone has no manifest; `dbt_manifest` makes it for
whoever asks first, and what was parsed is handed to every build of the same user (`pipelines.parsed_project`), so that
a version of the project is parsed once.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pipelines import parsed_project
from pipelines.progress import Progress, listener
from pipelines.settings import Home

if TYPE_CHECKING:
    from dbt.artifacts.schemas.results import BaseResult
    from dbt.artifacts.schemas.run import RunExecutionResult
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest
    from dbt_common.events.base_types import EventMsg

PROJECT = Path(__file__).resolve().parents[1] / "dbt_project"
LAYERS = ("staging", "intermediate", "marts")
EXCLUDED = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "exposure")
"""Unit tests are about models and not about the data of a home; the test suite runs them. Exposures build nothing."""
RESULT_EVENTS = frozenset({"LogModelResult", "LogTestResult"})
_BAD = frozenset({"error", "fail", "runtime error"})
_DONE = frozenset({"success", "pass", "warn", "no-op"})
_parsed: dict[str, Manifest] = {}


class WarehouseError(Exception):
    """dbt could not parse or build; the message names the node, what is wrong, and the compiled SQL."""


@dataclass(frozen=True, slots=True)
class Build:
    """One `dbt build`: how many nodes passed, warned or were skipped, and dbt's result events as they came."""

    statuses: dict[str, int]
    seconds: float
    events: list[EventMsg] = field(default_factory=list, repr=False)
    problems: tuple[str, ...] = ()

    def raise_for_problems(self) -> None:
        """WarehouseError when a model or a data test failed."""
        if self.problems:
            raise WarehouseError("\n".join(self.problems))


def dbt_manifest(home: Home) -> Path:
    """The path of dbt's manifest.json below the home, made when there is none or a file of the project has changed.

    Raises WarehouseError when the project does not parse.
    """
    from filelock import FileLock

    manifest, stamp, now = home.dbt / "manifest.json", home.dbt / "manifest.stamp", project_hash()
    home.dbt.mkdir(parents=True, exist_ok=True)
    with FileLock(home.dbt / "parse.lock"):
        if not (manifest.is_file() and stamp.is_file() and stamp.read_text() == now):
            stamp.unlink(missing_ok=True)
            _write_manifest(home, now)
            stamp.write_text(now)
    return manifest


def project_hash() -> str:
    """sha256 over where dbt_project stands, every file of it, and the versions of what parses it."""
    from importlib.metadata import version

    digest = hashlib.sha256(f"{PROJECT}\0{version('dbt-core')}\0{version('dbt-duckdb')}".encode())
    for file in sorted(_files_of(PROJECT)):
        digest.update(file.relative_to(PROJECT).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _models_and_engine() -> str:
    from importlib.metadata import version

    return f"{project_hash()} duckdb {version('duckdb')}"


def _files_of(project: Path) -> Iterator[Path]:
    """What dbt reads: the two files at the top and everything in the folders that dbt_project.yml names."""
    yield from project.glob("*.yml")
    for folder in ("models", "macros", "tests"):
        yield from (file for file in (project / folder).rglob("*") if file.is_file())


def build(home: Home, *, from_nothing: bool = False) -> Build:
    """Builds every model and runs every data test over the context that `pipelines.landing` wrote.

    Large models keep the periods that nothing new concerns, unless they have changed since the last build or
    `from_nothing` is asked for. The DuckDB file has one writer, so a second build of the same home waits. Failed nodes
    are in `problems`; raises WarehouseError when dbt itself could not go on.
    """
    from filelock import FileLock

    dbt_manifest(home)
    events: list[EventMsg] = []
    built_by, now = home.dbt / "built.stamp", _models_and_engine()
    with FileLock(home.warehouse / "build.lock"):
        keeps = not from_nothing and built_by.is_file() and built_by.read_text() == now
        if not keeps:
            built_by.unlink(missing_ok=True)
        flags = EXCLUDED if keeps else (*EXCLUDED, "--full-refresh")
        answer = _dbt(home, "build", *flags, callbacks=[_kept_in(events), _told_to(listener())])
        if answer.result is None:
            raise WarehouseError(_explain(answer))
        execution = cast("RunExecutionResult", answer.result)
        results: Sequence[BaseResult] = execution.results
        if all(result.status in _DONE for result in results):
            built_by.write_text(now)
    return Build(
        statuses=dict(Counter(str(result.status) for result in results)),
        seconds=float(execution.elapsed_time),
        events=events,
        problems=tuple(_problem(result) for result in results if result.status in _BAD),
    )


def build_models(home: Home, models: Sequence[str], *, context: Path, file: Path) -> None:
    """Builds models, and what they are made of, over a context of their own into a file of their own.

    Nothing of the home's warehouse is touched. `file` has to be called as the home's is, because the models name the
    database. Raises WarehouseError.
    """
    dbt_manifest(home)
    answer = _dbt(home, "run", "--select", *(f"+{model}" for model in models), context=context, file=file)
    if answer.result is None:
        raise WarehouseError(_explain(answer))
    execution = cast("RunExecutionResult", answer.result)
    problems = [_problem(result) for result in execution.results if result.status in _BAD]
    if problems:
        raise WarehouseError("\n".join(problems))


def document(home: Home, page: Path) -> None:
    """Writes dbt's documentation of the project, with the tables of this home's warehouse, as one page.

    The page needs no server and no network. Raises WarehouseError where there is no warehouse or dbt can't read it.
    """
    from filelock import FileLock

    if not home.warehouse_file.is_file():
        raise WarehouseError(f"There is no {home.warehouse_file} yet: run `pmo refresh` first.")
    dbt_manifest(home)
    with (
        FileLock(home.warehouse / "build.lock"),
        tempfile.TemporaryDirectory(prefix="docs-", dir=home.warehouse) as folder,
    ):
        answer = _dbt(home, "docs", "generate", "--static", target=Path(folder), writes_json=True)
        if not answer.success:
            raise WarehouseError(_explain(answer))
        page.parent.mkdir(parents=True, exist_ok=True)
        following = page.with_name(f".{page.name}.next")
        shutil.copyfile(Path(folder) / "static_index.html", following)
        following.replace(page)


def release_id_of_context(home: Home) -> str | None:
    """The id of the release that a build of the context at hand would make; None where there is no context."""
    import duckdb

    file = home.context / "run_parameters.parquet"
    if not file.is_file():
        return None
    with duckdb.connect() as connection:
        row = connection.execute("select release_id from read_parquet(?)", [str(file)]).fetchone()
    return str(row[0]) if row else None


def _write_manifest(home: Home, now: str) -> None:
    """Writes manifest.json below the home: what was parsed before, in whatever process, else what dbt parses now."""
    file = home.dbt / "manifest.json"
    if now in _parsed:
        _parsed[now].write(str(file))  # type: ignore[no-untyped-call]
    elif (kept := parsed_project.read(now)) is not None:
        _remember(now, kept[0])
        file.write_bytes(kept[1])
    else:
        answer = _dbt(home, "parse")
        if answer.result is None:
            raise WarehouseError(_explain(answer))
        _remember(now, cast("Manifest", answer.result))
        _parsed[now].write(str(file))  # type: ignore[no-untyped-call]
        parsed_project.keep(now, home.dbt)


def _remember(now: str, manifest: Manifest) -> None:
    _parsed.clear()
    _parsed[now] = manifest


def _parsed_now() -> Manifest | None:
    """The project as it is now, when it has been parsed; else dbt reads it itself."""
    now = project_hash()
    if now not in _parsed and (kept := parsed_project.read(now)) is not None:
        _remember(now, kept[0])
    return _parsed.get(now)


def _dbt(
    home: Home,
    *command: str,
    callbacks: Sequence[Callable[[EventMsg], None]] = (),
    context: Path | None = None,
    file: Path | None = None,
    target: Path | None = None,
    writes_json: bool = False,
) -> dbtRunnerResult:
    """One dbt command. Its log goes to warehouse/logs, its artifacts to warehouse/dbt or `target`, nothing to the
    terminal.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    runner = dbtRunner(manifest=_parsed_now(), callbacks=list(callbacks))
    try:
        with _environment(
            PMO_WAREHOUSE=str(file or home.warehouse_file), PMO_CONTEXT=str(context or home.context)
        ):
            return runner.invoke([*command, *_flags(home, target or home.dbt, writes_json)])
    finally:
        # dbt leaves the file locked after it has answered.
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]


def _flags(home: Home, target: Path, writes_json: bool) -> list[str]:
    return [
        *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(target)),
        *("--log-path", str(home.logs), "--log-level", "none", "--log-level-file", "info"),
        *("--quiet", "--no-use-colors", "--no-use-colors-file", "--no-send-anonymous-usage-stats"),
        *("--no-version-check", "--write-json" if writes_json else "--no-write-json"),
    ]


@contextmanager
def _environment(**variables: str) -> Iterator[None]:
    """dbt's profile and macros read these; they are set for the one call."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _kept_in(events: list[EventMsg]) -> Callable[[EventMsg], None]:
    def keep(event: EventMsg) -> None:
        if event.info.name in RESULT_EVENTS:
            events.append(event)

    return keep


def _told_to(progress: Progress) -> Callable[[EventMsg], None]:
    """Tells the listener of each finished node; dbt calls it from its own threads."""

    def tell(event: EventMsg) -> None:
        if event.info.name == "NodeFinished":
            progress.step(event.data.node_info.node_name)

    return tell


def _problem(result: BaseResult) -> str:
    """What failed, why, and where its SQL stands, for one node."""
    node = getattr(result, "node", None)
    kind = node.resource_type if node else "node"
    name = node.name if node else "?"
    said = " ".join(str(result.message or "").split())
    where = getattr(node, "compiled_path", None) or getattr(node, "original_file_path", "")
    return f"dbt: {kind} {name} failed: {said}. Its SQL: {where}. The last release stands."


def _explain(answer: dbtRunnerResult) -> str:
    said = str(answer.exception).strip() or type(answer.exception).__name__
    return f"dbt could not run: {said}"
