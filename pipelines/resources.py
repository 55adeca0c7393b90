"""What every asset is given: the PMO's folder with its settings, and the moment the run is for.

Here: Dagster's resources, with nothing opened before an asset asks. Jobs may set `moment` in their run config.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from connectors.errors import ConnectorError, SourceUnreachable
from pipelines.landing.manifest import LandingError
from pipelines.moments import Moments, resolve_moments
from pipelines.publishing.kept import PublishError
from pipelines.publishing.message_log import MessageLogError
from pipelines.settings import Home, Settings, SettingsError, load_settings
from pipelines.warehouse import WarehouseError

ATTENDED = "pmo/attended"
"""The tag of a run that a person waits for: such a run does not sleep and try again."""
FORESEEN = (ConnectorError, LandingError, MessageLogError, PublishError, SettingsError, WarehouseError)
"""Errors whose message already says what, where and what to do next."""


class Folder(dg.ConfigurableResource[None]):
    """A PMO_HOME. Settings are read when an asset runs, so that a changed pmo.yaml counts at once."""

    root: str

    @property
    def home(self) -> Home:
        """The places in it."""
        return Home(Path(self.root))

    @property
    def settings(self) -> Settings:
        """pmo.yaml; SettingsError when it is wrong."""
        return load_settings(self.home)


class Moment(dg.ConfigurableResource[None]):
    """The two times of a run: `as_of` (ISO date, default today where the organisation is) bounds what counts,
    `known_at` (ISO moment, default now) bounds which batches are known. `full` rebuilds though nothing is new.
    """

    as_of: str | None = None
    known_at: str | None = None
    full: bool = False

    def resolve(self, settings: Settings) -> Moments:
        """The two times with their defaults filled in, now."""
        return resolve_moments(settings, as_of=self.as_of, known_at=self.known_at)


@contextmanager
def said_plainly(context: dg.AssetExecutionContext | None = None) -> Iterator[None]:
    """Turns a foreseen error into a failure with its message; only an unreachable source is tried again."""
    try:
        yield
    except FORESEEN as error:
        is_attended = context is None or ATTENDED in context.run_tags
        may_heal = isinstance(error, SourceUnreachable) and not is_attended
        raise dg.Failure(str(error), allow_retries=may_heal) from error
