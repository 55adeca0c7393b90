"""What a reception has to say that belongs to no batch: a stray file, a file that is gone while its rows stand.

Here: the shape, and one small file for each who speaks, beside the manifests like the notes of refusals. The newest
reception's remarks replace its earlier ones; they reach `mart_data_quality` as warnings. No person is named in them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = "remarks"
GONE_FILES = "files_whose_rows_stand_are_still_there"
STRAY_FILES = "everything_in_the_inbox_is_read"
APPS_WORKLOGS = "worklogs_of_jira_say_who_worked"
FORMER_SITES = "sites_whose_issues_stand_are_still_named"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing to look at.

    Args:
        source: the source, `inbox` or `pmo.yaml`; object: the table, or the key.
        check: what was asked, as a sentence; what is remarked is that it does not hold.
        path: the file or folder it is about; None where it is about several.
        rows: how many rows it speaks of.
        detail: what is wrong, where, and the mend.
    """

    source: str
    object: str | None = None
    check: str
    path: str | None = None
    rows: int = 0
    detail: str


def note_remarks(root: Path, speaker: str, remarks: Sequence[Remark]) -> None:
    """Keeps what the newest reception of `speaker` (`raw_ledger`, `inbox`) remarked, or forgets it."""
    file = root / FOLDER / f"{speaker}.json"
    if not remarks:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(".tmp")
    content = [asdict(remark) for remark in remarks]
    temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    temporary.replace(file)


def noted_remarks(root: Path) -> list[Remark]:
    """All remarks that stand, in the order of who made them."""
    files = sorted((root / FOLDER).glob("*.json"))
    return [Remark(**each) for file in files for each in json.loads(file.read_text(encoding="utf-8"))]
