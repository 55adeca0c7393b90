"""Entity diagrams of the public marts, as mermaid draws them: one for each folder, keys only.

dim_project ||--o{ mart_evm_period : project_sk      a project has any number of rows there, each row a project
            |o--o{                                    the column may be empty
            ||--o|                                    at most one row there
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines.publishing.contracts import Contract, Link


def entity_diagram(marts: Sequence[Contract], links: Sequence[Link], *, folder: str) -> str:
    """The marts of a folder with their keys, and every mart elsewhere that they lead to."""
    inside = [mart for mart in marts if mart.folder == folder]
    names = {mart.name for mart in inside}
    drawn = [link for link in links if link.mart in names]
    lines = [f"    {_line(link)}" for link in drawn]
    for mart in inside:
        lines += [f"    {mart.name} {{", *_attributes(mart, drawn), "    }"]
    return "\n".join(["```mermaid", "erDiagram", *lines, "```"])


def _line(link: Link) -> str:
    parent = "||" if link.is_required else "|o"
    child = "o|" if link.is_unique else "o{"
    return f"{link.to} {parent}--{child} {link.mart} : {link.column}"


def _attributes(mart: Contract, links: Sequence[Link]) -> Iterator[str]:
    """The key first, then the columns that lead elsewhere."""
    foreign = {link.column for link in links if link.mart == mart.name}
    yield f"        {_type(mart, mart.key)} {mart.key} {'PK, FK' if mart.key in foreign else 'PK'}"
    for column in mart.columns:
        if column.name in foreign and column.name != mart.key:
            yield f"        {_type(mart, column.name)} {column.name} FK"


def _type(mart: Contract, column: str) -> str:
    """A type without its parameters: mermaid takes no commas."""
    return mart.types[column].partition("(")[0]
