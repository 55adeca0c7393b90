"""What Dagster's events of a run say went wrong, for the command line and for the daemon alike."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from pipelines.publishing.troubles import Trouble

BATCHES = "_batches_are_acceptable"
"""How the names of the checks end that fail when a batch was refused."""
_LANDING = "land_"
_PUBLISHING = "published__"


def source_of_step(step_key: str) -> str:
    """The source that a step receives, else the stage that it is."""
    if step_key.startswith(_LANDING):
        return step_key.removeprefix(_LANDING)
    return "publishing" if step_key.startswith(_PUBLISHING) else "warehouse"


def sources_come_to(events: Iterable[dg.DagsterEvent]) -> set[str]:
    """The sources and stages whose steps a run has begun."""
    return {
        source_of_step(event.step_key)
        for event in events
        if event.event_type == dg.DagsterEventType.STEP_START and event.step_key
    }


@dataclass(frozen=True, slots=True)
class StepFailure:
    """A step that failed, and the message with its cause."""

    step_key: str
    message: str


def troubles_of(events: Iterable[dg.DagsterEvent], failures: Iterable[StepFailure]) -> list[Trouble]:
    """Every refused batch and every failed step, each once.

    Args:
        failures: the `step_failures` of the same events.
    """
    failed = [Trouble(source_of_step(each.step_key), each.message) for each in failures]
    return list(dict.fromkeys([*_refused(events), *failed]))


def step_failures(events: Iterable[dg.DagsterEvent], log: Path) -> list[StepFailure]:
    """Each failed step; one that we did not foresee names `log`, to which its traceback is written here."""
    return list(_step_failures(events, log))


def _step_failures(events: Iterable[dg.DagsterEvent], log: Path) -> Iterator[StepFailure]:
    for event in events:
        if not event.is_step_failure:
            continue
        failure = event.step_failure_data
        if failure.user_failure_data and failure.user_failure_data.description:
            yield StepFailure(str(event.step_key), failure.user_failure_data.description)
        elif failure.error and failure.error.cls_name != "DagsterAssetCheckFailedError":
            cause = failure.error.cause or failure.error
            logging.getLogger("pmo").error("%s", failure.error.to_string())
            message = (
                f"{event.step_key}: {cause.message.strip()}\nThis was not foreseen: report it with {log}."
            )
            yield StepFailure(str(event.step_key), message)


def _refused(events: Iterable[dg.DagsterEvent]) -> Iterator[Trouble]:
    for event in events:
        if event.event_type != dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            continue
        check = event.asset_check_evaluation_data
        if not check.passed and check.check_name.endswith(BATCHES):
            yield Trouble(check.asset_key.path[0].removeprefix("raw_"), check.description or check.check_name)
