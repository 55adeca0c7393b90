"""What landing keeps of the figures that were published: a batch per as-of date, inputs and configuration.

Such a batch is written by the product and no input of it: `LandingStore.manifests` leaves it out, so no release, count
or comparison depends on it. Here: its shape and which there are. Writing them is `pipelines.publishing.publication`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from connectors.tabular.tables import Table
from pipelines.landing.manifest import Manifest
from pipelines.landing.store import CONTROL_SCHEMA, LandingStore

FIGURES = Table(CONTROL_SCHEMA.removeprefix("raw_"), "published_figures", (), project=None)
"""One row per project, mart, measure, view and currency basis; dbt's `raw_control.published_figures`."""


@dataclass(frozen=True, slots=True)
class ReleaseKey:
    """What a publication is known by: the same key, the same figures."""

    as_of: date
    input_hash: str
    configuration_hash: str

    @property
    def fingerprint(self) -> str:
        """sha256 of the three."""
        parts = (self.as_of.isoformat(), self.input_hash, self.configuration_hash)
        return hashlib.sha256("|".join(parts).encode()).hexdigest()


def publications(store: LandingStore, known_at: datetime | None = None) -> list[Manifest]:
    """The batches of published figures, oldest first; with `known_at` (aware) those kept by then."""
    return [
        manifest
        for manifest in store.of_source(FIGURES.schema)
        if manifest.object == FIGURES.name and (known_at is None or manifest.extracted_at <= known_at)
    ]


def publication_of(store: LandingStore, key: ReleaseKey) -> Manifest | None:
    """The batch of one key; None where its figures were never kept."""
    found = (each for each in publications(store) if each.fingerprint == key.fingerprint)
    return next(found, None)
