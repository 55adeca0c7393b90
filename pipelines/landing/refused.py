"""Which sources had a batch refused when they were last received, and why.

Here: one small file a source, beside the manifests. It matters where `on_bad_batch: continue` lets a refresh go on with
older data: the release then says so. A source received without a refusal has no such file.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

FOLDER = "refused"


def note_refused(root: Path, schema: str, reasons: Sequence[str]) -> None:
    """Keeps the reasons of the newest reception of `schema` (`raw_ledger`), or forgets them where there are none."""
    file = root / FOLDER / f"{schema}.json"
    if not reasons:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(".tmp")
    temporary.write_text(json.dumps(list(reasons), ensure_ascii=False), encoding="utf-8")
    temporary.replace(file)


def refused_sources(root: Path) -> dict[str, str]:
    """The schemas with a refused batch, each with its reasons as one text."""
    found = sorted((root / FOLDER).glob("*.json"))
    return {file.stem: "\n".join(json.loads(file.read_text(encoding="utf-8"))) for file in found}
