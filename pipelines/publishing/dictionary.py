"""docs/marts.md: every public mart with its grain, key, columns, owner, readers and questions, from the contracts.

    python -m pipelines.publishing.dictionary          writes docs/marts.md anew; a test says when it is stale

The questions are those of the table in the README.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.publishing.contracts import Contract, Link, contracts, links
from pipelines.publishing.diagram import entity_diagram
from pipelines.settings import Home
from pipelines.warehouse import dbt_manifest

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "docs/marts.md"
FOLDERS = {
    "core": "Projects, persons and calendar",
    "finance": "Money and earned value",
    "steering": "Schedule, risk, scope and status",
    "value": "Benefits, priorities, users and capacity",
    "delivery": "Issues, sprints, deployments and defects",
    "control": "Completeness, quality and releases",
}
"""The folders below dbt_project/models/marts that are public, in the order of the page, with their headings."""
_HEAD = """# Dictionary of the marts

Made from the contracts in `dbt_project/models/marts` by `make dictionary`; what is written here by hand is lost.
How to read them in a tool, and what may be summed, is in [bi.md](bi.md).

- **Empty**: `never` is enforced when a release is built. A measure that may be empty has a column `…_null_reason`
  beside it, or says why in its description.
- **Key**: unique, and stable as long as the row is the same thing.
- **Diagrams** show keys only. A line is a column whose values are keys of the mart at its other end.
"""


def questions(readme: str) -> dict[str, str]:
    """What each mart answers, by name, from the README's table of marts; some rows are of several marts together."""
    found: dict[str, str] = {}
    for line in readme.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        names = re.findall(r"`(\w+)`", cells[0])
        if line.startswith("| `") and len(cells) == 3 and names and "?" in cells[2]:
            found |= {name: _asked(cells[2], [each for each in names if each != name]) for name in names}
    return found


def _asked(said: str, others: Sequence[str]) -> str:
    together = " and ".join(f"`{name}`" for name in others)
    return f"*{said}*" + (f" (with {together})" if others else "")


def dictionary(manifest: Mapping[str, Any], asked: Mapping[str, str]) -> str:
    """The page, for dbt's manifest and what each mart answers. Raises KeyError for a mart that answers nothing."""
    marts, all_links = contracts(manifest), links(manifest)
    parts = [_HEAD]
    for folder, title in FOLDERS.items():
        parts += [f"## {title}\n", entity_diagram(marts, all_links, folder=folder) + "\n"]
        parts += [_section(mart, all_links, asked[mart.name]) for mart in marts if mart.folder == folder]
    return "\n".join(parts)


def _section(mart: Contract, all_links: Sequence[Link], asked: str) -> str:
    own = {link.column: link.to for link in all_links if link.mart == mart.name}
    return "\n".join(
        [
            f"### {mart.name}\n",
            f"{mart.about} **{mart.grain}**".strip() + "\n",
            f"{asked}\n",
            f"Key: `{mart.key}`. Owner: {mart.owner}. Read by: {', '.join(mart.readers)}.\n",
            "| column | type | empty | |",
            "|---|---|---|---|",
            *_rows(mart, own),
            "",
        ]
    )


def _rows(mart: Contract, own: Mapping[str, str]) -> Iterator[str]:
    for column in mart.columns:
        said = column.description.replace("|", "\\|")
        to = f" See [{own[column.name]}](#{own[column.name]})." if column.name in own else ""
        empty = "never" if column.required else "may be"
        yield f"| `{column.name}` | {mart.types[column.name]} | {empty} | {said}{to} |"


def page_now() -> str:
    """The page as the project's files have it at the moment. Parses the dbt project."""
    with tempfile.TemporaryDirectory() as folder:
        manifest = json.loads(dbt_manifest(Home(Path(folder))).read_text(encoding="utf-8"))
    return dictionary(manifest, questions((REPOSITORY / "README.md").read_text(encoding="utf-8")))


if __name__ == "__main__":
    PAGE.write_text(page_now(), encoding="utf-8")
