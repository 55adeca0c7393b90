"""`pmo erase PERSON`: takes a person out of everything that this folder holds, and says what is left to do by hand."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.commands.common import (
    DONE,
    FAILED,
    WRONG_CALL,
    chosen_home,
    console,
    counted,
    error_console,
    finish,
    home_option,
    json_option,
)
from pipelines.settings import Home, Settings, load_settings

if TYPE_CHECKING:
    from pipelines.commands.run import Outcome
    from pipelines.landing.erasing import Affected, Person

_LOCKS = ("refresh.lock", "build.lock")


@dataclass(frozen=True, slots=True)
class Plan:
    """What an erasure does. `person` is None where an earlier one, cut short or not, is repeated."""

    asked: str
    person: Person | None
    affected: tuple[Affected, ...]
    by_hand: tuple[str, ...]

    def as_json(self, *, erased: bool, failures: Sequence[str] = ()) -> dict[str, Any]:
        """For machines."""
        codes = self.person.codes if self.person else {}
        return {
            "person": self.asked,
            "codes": {system: sorted(each) for system, each in sorted(codes.items())},
            "tables": [
                {"table": table, "batches": batches, "rows": rows} for table, batches, rows in self.tables()
            ],
            "by_hand": list(self.by_hand),
            "erased": erased,
            "failures": list(failures),
        }

    def tables(self) -> list[tuple[str, int, int]]:
        """Each table with how many batches and rows are rewritten."""
        batches = Counter(each.table for each in self.affected)
        rows: Counter[str] = Counter()
        for each in self.affected:
            rows[each.table] += each.rows
        return [(table, batches[table], rows[table]) for table in sorted(batches)]


@click.command(name="erase")
@click.argument("asked", metavar="PERSON")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@json_option
@home_option
def command(asked: str, yes: bool, as_json: bool, home_option: Path | None) -> None:
    """Erase a person (a code, a name or an e-mail address) from landing, warehouse and releases.

    Hours, amounts, projects and dates stay, under a placeholder, so every figure stays. With --json and without --yes
    it only shows what would be erased.
    """
    home = chosen_home(home_option)
    finish(erase(home, load_settings(home), asked, yes=yes, as_json=as_json))


def erase(home: Home, settings: Settings, asked: str, *, yes: bool, as_json: bool) -> int:
    """Shows the plan, asks, erases, rebuilds; returns the exit code. Raises SettingsError where the key is gone."""
    from filelock import FileLock, Timeout

    from pipelines.landing.erasing import PersonNotFound, begin
    from pipelines.landing.erasing import erase as erase_landed
    from pipelines.landing.store import LandingStore

    store = LandingStore(home.landing)
    home.warehouse.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(home.warehouse / "refresh.lock", blocking=False):
            plan, eraser = _plan(home, settings, store, asked)
            if not as_json:
                _show(plan)
            if not yes and (as_json or not click.confirm("Erase this for good?", default=False)):
                if as_json:
                    click.echo(json.dumps(plan.as_json(erased=False), ensure_ascii=False, indent=1))
                return DONE if as_json else WRONG_CALL
            if plan.person is not None:
                eraser = begin(store, eraser, plan.person)
            erase_landed(store, eraser)
            outcome = _rebuild(home, store, eraser)
    except PersonNotFound as error:
        error_console().print(f"error: {error}", markup=False)
        return WRONG_CALL
    except Timeout:
        error_console().print(f"[red]error:[/] a refresh of {home.root} is running: wait until it has ended.")
        return FAILED
    if as_json:
        said = plan.as_json(erased=True, failures=outcome.failures)
        click.echo(json.dumps(said, ensure_ascii=False, indent=1))
    else:
        _show_outcome(plan, outcome)
    return DONE if outcome.success else FAILED


def _plan(home: Home, settings: Settings, store: Any, asked: str) -> tuple[Plan, Any]:
    """What would be done, and the eraser of everybody erased before."""
    from dataclasses import replace

    from pipelines.landing.erasing import PersonNotFound, affected, find_person
    from pipelines.landing.erasures import Eraser, eraser_of
    from pipelines.landing.pseudonyms import pseudonym_key

    eraser = eraser_of(home, settings) or Eraser(pseudonym_key(home, settings))
    try:
        person = find_person(store, asked)
        wanted = replace(eraser, persons=(*eraser.persons, person.unreadable(eraser.key)))
    except PersonNotFound:
        if not eraser.knows(asked):
            raise
        person, wanted = None, eraser
    found = tuple(affected(store, wanted))
    return Plan(asked, person, found, tuple(_by_hand(home, found, wanted))), eraser


def _by_hand(home: Home, found: Sequence[Affected], eraser: Any) -> list[str]:
    """What this command does not change: the PMO's own files."""
    paths = sorted({each.path for each in found})
    said = [
        f"{path}: it is yours and stays as it is. Take the person out of it, or delete it; what it brings is "
        f"erased each time it is received."
        for path in paths
        if path.startswith(("inbox/", "reference/"))
    ]
    said += [
        f"{path}: the person still stands there; ask for erasure there. What comes again is erased as it is received."
        for path in paths
        if not path.startswith(("inbox/", "reference/"))
    ]
    said += [
        f"{path}: its name holds the person's, and is kept as it is."
        for path in paths
        if eraser.text(path) != path
    ]
    if any(home.reports.glob("*")):
        said.append(f"{home.reports}: reports that were made before. Delete those that name the person.")
    return [*said, "Backups of this folder, and what readers have copied out of a release."]


def _rebuild(home: Home, store: Any, eraser: Any) -> Outcome:
    """A warehouse and a release of what is left. What could hold the person is removed before."""
    from pipelines.commands.display import shown
    from pipelines.commands.run import run_refresh
    from pipelines.landing.erasing import finish as finish_list

    as_of = _as_of(home)
    for entry in home.warehouse.iterdir():
        if entry.name not in _LOCKS:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    _forget_releases(home)
    with shown() as progress:
        moment = {"as_of": as_of and as_of.isoformat(), "known_at": None, "full": True}
        outcome = run_refresh(home, moment=moment, sources=("reference",), progress=progress)
    if outcome.success:
        _forget_releases(home)
        finish_list(store, eraser)
    return outcome


def _as_of(home: Home) -> date | None:
    """The cut-off of the release that stands, so that its figures can be compared."""
    from pipelines.commands.summary import read_release

    release = read_release(home)
    return release.facts["as_of"] if release else None


def _forget_releases(home: Home) -> None:
    """All but the one that readers see."""
    standing = home.published_parquet.resolve().parent
    for folder in (home.published / ".releases").glob("*"):
        if folder != standing:
            shutil.rmtree(folder, ignore_errors=True)


def _show(plan: Plan) -> None:
    from rich.table import Table

    out = console()
    if plan.person is None:
        out.print(
            f"{plan.asked!r} was erased before; what landed since is looked through again.", markup=False
        )
    else:
        codes = [
            f"{code} ({system})"
            for system, each in sorted(plan.person.codes.items())
            for code in sorted(each)
        ]
        out.print(f"{plan.asked!r} is known as {', '.join(codes)}.", markup=False)
    table = Table("table", "batches", "rows")
    for name, batches, rows in plan.tables():
        table.add_row(name, f"{batches:,}", f"{rows:,}")
    if plan.affected:
        out.print(table)
    out.print(
        f"{counted(sum(each.rows for each in plan.affected), 'row')} of landing; then warehouse/ is emptied, Dagster's "
        f"history in it too, former releases are deleted, and the marts are built again. Stop Dagster before.",
        markup=False,
    )


def _show_outcome(plan: Plan, outcome: Outcome) -> None:
    for failure in outcome.failures:
        error_console().print(f"error: {failure}", markup=False)
    out = console()
    for warning in outcome.warnings:
        error_console().print(f"warning: {warning}", markup=False)
    if outcome.success:
        out.print("Erased, built again and published. What is left for you:", markup=False)
        for line in plan.by_hand:
            out.print(f"  {line}", markup=False)
    else:
        out.print(
            "Erased from landing; the release is the one before. Mend this and run the same again.",
            markup=False,
        )
