"""Benefits and what the projects are worth at the cost that they will have."""

from __future__ import annotations

from typing import Final

from pipelines.publishing.pack.reading import Reader
from pipelines.publishing.pack.tables import Column, Table

_MART: Final = "mart_benefits_roi"
_SQL: Final = """
    select * from marts.mart_benefits_roi
    where list_contains($projects::varchar[], project_code)
    qualify row_number() over (partition by project_code, benefit order by is_due desc,
        case when is_due then period_end_on end desc, period_end_on) = 1
    order by project_code, benefit
"""


def benefits(reader: Reader) -> Table:
    """A row per benefit at its last period that has begun, else at its first."""
    columns = (
        Column("project_code", "Project", "code", _MART),
        Column("benefit", "Benefit", "text", _MART),
        Column("period", "Period", "code", _MART),
        Column("planned_to_date", "Planned to date", "amount", _MART),
        Column("realised_to_date", "Realised to date", "amount", _MART),
        Column("realisation", "Realisation", "percent", _MART),
        Column("planned_total", "Planned in all", "amount", _MART),
        Column("npv", "NPV of the project", "amount", _MART, is_signed=True),
        Column("roi", "ROI of the project", "percent", _MART, is_signed=True),
    )
    return Table("benefits", "Benefits", columns, reader.rows(_SQL), "The register has no benefits.")
