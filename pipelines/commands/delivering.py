"""`pmo report --deliver`: the packs of the release, sent to who has not had them, and what became of each."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from pipelines.commands.common import DONE, FAILED, console, error_console, finish
from pipelines.settings import SETTINGS_FILE, Home, load_settings


def deliver_and_finish(home: Home, *, as_json: bool) -> None:
    """Sends, says to whom, and ends the command: 1 where anybody should have got a pack and did not."""
    from pipelines.publishing.kept import PublishError
    from pipelines.publishing.message_log import MessageLogError
    from pipelines.publishing.reporting import deliver_and_report

    try:
        found = deliver_and_report(home, load_settings(home))
    except (PublishError, MessageLogError) as error:
        error_console().print(f"error: {error}", markup=False)
        finish(FAILED)
        return
    failed = [each for each in found if each.status == "failed"]
    if as_json:
        content = {"exit_code": FAILED if failed else DONE, "deliveries": [asdict(each) for each in found]}
        click.echo(json.dumps(content, ensure_ascii=False, indent=1))
    else:
        for each in found:
            console().print(f"{each.status:12} {each.to}", markup=False)
        for each in failed:
            error_console().print(f"error: {each.said}", markup=False)
        if not found:
            console().print(f"Nobody is to get a pack: name somebody under deliver: in {SETTINGS_FILE}.")
    finish(FAILED if failed else DONE)
