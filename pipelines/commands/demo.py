"""`pmo demo`: the whole path on a made-up company, whose Jira runs beside it on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from pipelines.commands.common import DONE, chosen_home, error_console, finish, json_option
from pipelines.commands.refresh import refresh
from pipelines.settings import Home

WORKSPACE = Path(__file__).resolve().parents[2] / "workspace.yaml"


@click.command(name="demo")
@click.argument("folder", metavar="[DIR]", default=".demo", type=click.Path(path_type=Path, file_okay=False))
@click.option("--ui", is_flag=True, help="Open Dagster on it afterwards; stop it with Ctrl-C.")
@json_option
def command(folder: Path, ui: bool, as_json: bool) -> None:
    """Make the demo company's PMO folder in DIR and refresh it; its exit code is that of the refresh."""
    from demo.company import AS_OF
    from demo.run import make_home, serve_jira

    home = chosen_home(folder)
    make_home(home.root)
    with serve_jira() as variables:
        os.environ.update(variables)
        code = refresh(
            home, moment={"as_of": AS_OF.isoformat(), "known_at": None, "full": False}, as_json=as_json
        )
        if ui:
            open_dagster(home)
            code = DONE
    finish(code)


def open_dagster(home: Home) -> None:
    """Runs Dagster's web server and daemon on a home until they are stopped."""
    error_console().print(f"Dagster on {home.root}: stop it with Ctrl-C", markup=False)
    environment = os.environ | {"PMO_HOME": str(home.root), "DAGSTER_HOME": str(home.dagster)}
    command = [sys.executable, "-m", "dagster", "dev", "-w", str(WORKSPACE)]
    process = subprocess.Popen(command, env=environment, cwd=WORKSPACE.parent)
    while True:
        try:
            process.wait()
            return
        except KeyboardInterrupt:
            # Dagster has it too and is closing down; killing it now would leave its children behind.
            continue
