"""`pmo release`: which releases are kept and where each of them stands; going back to one of them."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.commands.common import (
    DONE,
    DONE_WITH_REMARKS,
    FAILED,
    chosen_home,
    console,
    error_console,
    finish,
    home_option,
    json_option,
)
from pipelines.settings import Home, Settings, load_settings

if TYPE_CHECKING:
    from pipelines.publishing.outlets import Followed
    from pipelines.publishing.rollback import Rollback

UNKNOWN = "?"


@click.group(name="release", invoke_without_command=True)
@json_option
@home_option
@click.pass_context
def command(context: click.Context, as_json: bool, home_option: Path | None) -> None:
    """List the releases that are kept and where each of them stands."""
    context.obj = {
        **(context.obj or {}),
        "home": home_option or (context.obj or {}).get("home"),
        "json": as_json,
    }
    if context.invoked_subcommand is None:
        _list(chosen_home(context.obj["home"]), as_json)
        finish(DONE)


@command.command(name="rollback")
@click.argument("release_id", required=False)
@click.option("--by", metavar="NAME", help="Who goes back; default the user of this machine.")
@json_option
@home_option
@click.pass_context
def rollback(
    context: click.Context, release_id: str | None, by: str | None, as_json: bool, home_option: Path | None
) -> None:
    """Let readers see RELEASE_ID again, by default the release before the one that stands, on every outlet.

    The releases that came after it are taken back: a refresh that makes one of them again does not publish it. The next
    release with other content is published as always.
    """
    home = chosen_home(home_option or context.obj["home"])
    finish(_roll_back(home, release_id, by or getpass.getuser(), as_json or context.obj["json"]))


def _roll_back(home: Home, release_id: str | None, by: str, as_json: bool) -> int:
    """Returns the exit code: 1 where nothing was changed, or an outlet still shows another release."""
    from filelock import FileLock, Timeout

    from pipelines.publishing.kept import PublishError
    from pipelines.publishing.outlets import follow, postgres_of
    from pipelines.publishing.rollback import roll_back

    settings = load_settings(home)
    postgres_of(settings)
    home.warehouse.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(home.warehouse / "refresh.lock", blocking=False):
            done = roll_back(home.published, release_id, by=by)
            followed = follow(home, settings)
    except Timeout:
        error_console().print(
            f"error: a refresh of {home.root} is running: wait until it has ended.", markup=False
        )
        return FAILED
    except PublishError as error:
        error_console().print(f"error: {error}", markup=False)
        return FAILED
    _say(done, followed, as_json)
    if followed.failure:
        return FAILED
    return DONE_WITH_REMARKS if followed.notes else DONE


def _say(done: Rollback, followed: Followed, as_json: bool) -> None:
    taken_back = [each.release_id for each in done.taken_back]
    if as_json:
        content = {
            "release_id": done.release.release_id,
            "as_of": done.release.as_of,
            "taken_back": taken_back,
            "notes": list(followed.notes),
            "failure": followed.failure,
        }
        click.echo(json.dumps(content, ensure_ascii=False, indent=1))
    else:
        also = f" Taken back: {', '.join(taken_back)}." if taken_back else ""
        console().print(
            f"Readers see release {done.release.release_id}, as of {done.release.as_of}.{also} The next refresh that "
            "makes other content publishes it.",
            markup=False,
        )
    for note in followed.notes:
        error_console().print(f"warning: {note}", markup=False)
    if followed.failure:
        error_console().print(f"error: {followed.failure}", markup=False)


def _list(home: Home, as_json: bool) -> None:
    settings = load_settings(home)
    releases, problem = _releases(home, settings)
    if as_json:
        click.echo(json.dumps({"releases": releases, "problem": problem}, ensure_ascii=False, indent=1))
    elif releases:
        _show(releases)
    else:
        console().print("Nothing has been published here: run `pmo refresh`.")
    if problem:
        error_console().print(f"warning: {problem}", markup=False)


def _releases(home: Home, settings: Settings) -> tuple[list[dict[str, Any]], str | None]:
    """Each kept release with the outlets on which it stands, and why one did not say."""
    from pipelines.publishing.kept import DATABASE, PublishError, folder_of, kept_releases
    from pipelines.publishing.outlets import postgres_of
    from pipelines.publishing.postgres import loaded_release
    from pipelines.publishing.swapping import is_same_database, linked_folder

    target, problem, loaded = postgres_of(settings), None, None
    try:
        loaded = loaded_release(target) if target else None
    except PublishError as error:
        problem, loaded = str(error), UNKNOWN
    found = []
    for each in kept_releases(home.published):
        folder = folder_of(home.published, each)
        stands: dict[str, bool | None] = {
            "duckdb": is_same_database(folder / DATABASE, home.published_file),
            "parquet": linked_folder(home.published) == folder.resolve(),
        }
        if target is not None:
            stands["postgres"] = None if loaded == UNKNOWN else loaded == each.folder_name
        facts = {
            "release_id": each.release_id,
            "as_of": each.as_of,
            "published_at": each.published_at,
            "rows": sum(each.rows.values()),
            "stands": stands,
        }
        taken = each.withdrawn
        facts["taken_back"] = {name: getattr(taken, name) for name in taken.__slots__} if taken else None
        found.append(facts)
    return found, problem


def _show(releases: list[dict[str, Any]]) -> None:
    from rich.table import Table

    outlets = list(releases[0]["stands"])
    table = Table("release", "as of", "published at (UTC)", "rows", *outlets, "taken back")
    marks = {True: "stands", False: "", None: UNKNOWN}
    for each in releases:
        taken = each["taken_back"]
        table.add_row(
            each["release_id"],
            each["as_of"],
            each["published_at"][:16].replace("T", " "),
            f"{each['rows']:,}",
            *(marks[each["stands"][outlet]] for outlet in outlets),
            f"{taken['at'][:16].replace('T', ' ')} by {taken['by']}" if taken else "",
        )
    console().print(table)
