"""Hours that people can give against hours that projects need, by skill, from the as-of period on."""

from __future__ import annotations

from typing import Final

from pipelines.publishing.pack.reading import Reader
from pipelines.publishing.pack.tables import Column, Table

_MART: Final = "mart_capacity_skill"
_SQL: Final = """
    select coalesce(skill, 'no skill on record') as skill, period, period_end_on, supply, supply_null_reason, demand,
        demand_null_reason, gap, coalesce(supply_null_reason, demand_null_reason) as gap_null_reason
    from (
        select skill, period, period_end_on,
            case when count(*) = count(supply) then sum(supply) end as supply,
            min(supply_null_reason) as supply_null_reason,
            case when count(*) = count(demand) then sum(demand) end as demand,
            min(demand_null_reason) as demand_null_reason,
            case when count(*) = count(gap) then sum(gap) end as gap
        from marts.mart_capacity_skill
        where period_end_on >= $as_of
        group by skill, period, period_end_on
    )
    order by max(gap) over (partition by skill) desc nulls last, skill, period_end_on
"""


def gaps(reader: Reader) -> Table:
    """A row per skill and period, the skill that lacks most first. It is of the whole organisation in every scope."""
    columns = (
        Column("skill", "Skill", "text", _MART),
        Column("period", "Period", "code", _MART),
        Column("supply", "Hours there are", "hours", _MART),
        Column("demand", "Hours needed", "hours", _MART),
        Column("gap", "Gap", "hours", _MART, is_signed=True),
    )
    rows = reader.rows(_SQL, as_of=reader.facts["as_of"])
    empty = "The register has neither capacity nor demand from this period on."
    note = "Skills are shared: this is of the whole organisation. A gap above 0 is work that nobody has hours for."
    return Table("capacity", "Capacity by skill", columns, rows, empty, None, note)
