"""`pmo report`: the PMO pack of the published release, as one HTML page and one workbook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.commands.common import (
    DONE,
    FAILED,
    chosen_home,
    console,
    error_console,
    finish,
    home_option,
    json_option,
)
from pipelines.commands.delivering import deliver_and_finish

if TYPE_CHECKING:
    from pipelines.publishing.pack.making import Pack


@click.command(name="report")
@click.option(
    "--project", "projects", metavar="CODE", multiple=True, help="Of this project only; may be repeated."
)
@click.option("--programme", metavar="NAME", help="Of the projects of this programme only.")
@click.option(
    "--finance", "is_finance", is_flag=True, help="For finance: position, movement and reconciliation first."
)
@click.option(
    "--out",
    "folder",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where it is written. Default: reports/<as-of date> in the PMO folder.",
)
@click.option(
    "--deliver", "is_sent", is_flag=True, help="Send everybody in pmo.yaml the pack of their role, once."
)
@json_option
@home_option
def command(
    projects: tuple[str, ...],
    programme: str | None,
    is_finance: bool,
    folder: Path | None,
    is_sent: bool,
    as_json: bool,
    home_option: Path | None,
) -> None:
    """Make the PMO pack of the published release: one page that opens offline and prints, and one workbook.

    With --deliver, send the packs that pmo.yaml asks for to who has not had those of this release.
    """
    if is_sent:
        if projects or programme or is_finance or folder:
            raise click.UsageError(
                "--deliver makes the packs that pmo.yaml asks for: leave the other options out."
            )
        deliver_and_finish(chosen_home(home_option), as_json=as_json)
        return
    from pipelines.publishing.pack.making import make_pack
    from pipelines.publishing.pack.reading import PackError
    from pipelines.publishing.pack.scope import Scope

    home = chosen_home(home_option)
    try:
        scope = Scope(projects=projects, programme=programme, is_finance=is_finance)
        pack = make_pack(home, scope=scope, folder=folder)
    except (ValueError, LookupError) as error:
        raise click.UsageError(str(error.args[0])) from None
    except PackError as error:
        error_console().print(f"error: {error}", markup=False)
        finish(FAILED)
        return
    _print_json(pack) if as_json else _show(pack)
    finish(DONE)


def _show(pack: Pack) -> None:
    out = console()
    out.print(f"{pack.organisation}, as of {pack.as_of}, release {pack.release_id}", markup=False)
    for line in pack.headlines:
        out.print(f"  {line}", markup=False)
    out.print(f"Written: {pack.page}\n         {pack.workbook}", markup=False)


def _print_json(pack: Pack) -> None:
    content = {
        "exit_code": DONE,
        "html": str(pack.page),
        "xlsx": str(pack.workbook),
        "release_id": pack.release_id,
        "as_of": pack.as_of.isoformat(),
        "known_at": pack.known_at.isoformat(),
        "projects": list(pack.projects),
        "headlines": list(pack.headlines),
    }
    click.echo(json.dumps(content, ensure_ascii=False, indent=1))
