"""Milestones, dependencies and risks, as last known at the as-of date."""

from __future__ import annotations

from typing import Final

from pipelines.publishing.pack.reading import Reader
from pipelines.publishing.pack.tables import Column, Table

_MILESTONE, _DEPENDENCY = "mart_schedule_milestones", "mart_dependencies"
_EXPOSURE, _RISK = "mart_risk_exposure", "fct_risk_snapshot"
_MILESTONES: Final = """
    select *, coalesce(nullif(milestone_name, ''), milestone) as shown_name,
        greatest(coalesce(slip_days, overdue_days), overdue_days) as late_days, rag_null_reason as late_days_null_reason
    from marts.mart_schedule_milestones
    where is_current and list_contains($projects::varchar[], project_code)
    order by is_reached, late_days desc, baseline_on, project_code, milestone
"""
_DEPENDENCIES: Final = """
    with tight as (
        select max(amber_from) as from_days from marts.fct_project_status_rule where rule = 'dependency_float'
    )
    select dependencies.*, case
            when is_open and breach then 'breaks' when is_open and float_days <= from_days then 'tight'
            when not is_open then 'done' when float_days is null then 'unknown' else 'holds'
        end as outlook
    from marts.mart_dependencies as dependencies
    cross join tight
    where is_current and is_blocking
        and list_has_any($projects::varchar[], [from_project_code, to_project_code])
    order by is_open desc, breach desc, float_days nulls last, dependency
"""
_EXPOSURES: Final = """
    select project_code, any_value(project_name) as project_name, any_value(currency) as currency,
        any_value(project_emv_residual) as project_emv_residual,
        min(emv_residual_null_reason) as project_emv_residual_null_reason,
        any_value(project_contingency) as project_contingency,
        case when any_value(project_contingency) is null then 'no_contingency' end as project_contingency_null_reason,
        any_value(contingency_cover) as contingency_cover,
        any_value(contingency_cover_null_reason) as contingency_cover_null_reason,
        case when count(*) = count(emv_inherent) then sum(emv_inherent) end as emv_inherent,
        min(emv_inherent_null_reason) as emv_inherent_null_reason,
        sum(open_count) as open_count, sum(unassessed_count) as unassessed_count
    from marts.mart_risk_exposure
    where is_current and list_contains($projects::varchar[], project_code)
    group by project_code
    order by project_emv_residual desc nulls last, project_code
"""
_RISKS: Final = """
    select *, case when title is null then 'not_published' end as title_null_reason
    from marts.fct_risk_snapshot
    where is_current and is_open and list_contains($projects::varchar[], project_code)
    order by emv_residual desc nulls first, project_code, risk
"""


def milestones(reader: Reader) -> Table:
    """Every milestone, the latest of those not reached first."""
    columns = (
        Column("project_code", "Project", "code", _MILESTONE),
        Column("shown_name", "Milestone", "text", _MILESTONE, of="milestone_name"),
        Column("rag", "Colour", "status", _MILESTONE),
        Column("baseline_on", "Promised for", "date", _MILESTONE),
        Column("expected_on", "Expected on", "date", _MILESTONE, reason="slip_days_null_reason"),
        Column("slip_days", "Slip, days", "days", _MILESTONE, is_signed=True),
        Column("slip_change", "Since last report", "days", _MILESTONE, is_signed=True),
        Column("overdue_days", "Overdue, days", "days", _MILESTONE),
        Column("is_reached", "Reached", "flag", _MILESTONE),
        Column("reported_on", "Reported on", "date", _MILESTONE),
    )
    empty = "The register has no milestones: bring the table milestones to see them here."
    return Table("milestones", "Milestones", columns, reader.rows(_MILESTONES), empty)


def dependencies(reader: Reader) -> Table:
    """Dependencies that block somebody, those that break first; tight is what the rule of the status has as amber."""
    columns = (
        Column("dependency", "Dependency", "code", _DEPENDENCY),
        Column("outlook", "Outlook", "status", _DEPENDENCY, of="breach"),
        Column("from_project_code", "Delivered by", "code", _DEPENDENCY),
        Column("to_project_code", "Needed by", "code", _DEPENDENCY),
        Column("need_date", "Needed on", "date", _DEPENDENCY),
        Column("promise_date", "Promised for", "date", _DEPENDENCY),
        Column("float_days", "Float, days", "days", _DEPENDENCY, is_signed=True),
        Column("is_overdue", "Overdue", "flag", _DEPENDENCY),
        Column("status", "Its status", "text", _DEPENDENCY),
        Column("chain_depth", "Chain", "number", _DEPENDENCY),
    )
    empty = "Neither the register nor Jira has a dependency between projects."
    return Table("dependencies", "Dependencies between projects", columns, reader.rows(_DEPENDENCIES), empty)


def exposure(reader: Reader) -> Table:
    """Residual exposure of each project against its contingency."""
    columns = (
        Column("project_code", "Project", "code", _EXPOSURE),
        Column("project_name", "Name", "text", _EXPOSURE),
        Column("open_count", "Open risks", "number", _EXPOSURE),
        Column("emv_inherent", "Before measures", "amount", _EXPOSURE),
        Column(
            "project_emv_residual",
            "After measures",
            "amount",
            _EXPOSURE,
            reason="project_emv_residual_null_reason",
        ),
        Column("project_contingency", "Contingency", "amount", _EXPOSURE),
        Column("contingency_cover", "Cover", "ratio", _EXPOSURE),
        Column("unassessed_count", "Not assessed", "number", _EXPOSURE),
    )
    empty = "The register has no risks: bring the table risks to see them here."
    return Table("exposure", "Exposure to open risks", columns, reader.rows(_EXPOSURES), empty)


def risks(reader: Reader) -> Table:
    """Open risks, the heaviest first; one without an assessment may be heavier than all."""
    columns = (
        Column("project_code", "Project", "code", _RISK),
        Column("risk", "Risk", "code", _RISK),
        Column("title", "What could happen", "text", _RISK),
        Column("category", "Category", "text", _RISK),
        Column("kind", "Kind", "text", _RISK),
        Column("probability", "Probability", "percent", _RISK),
        Column("impact", "Impact", "amount", _RISK),
        Column("emv_inherent", "Before measures", "amount", _RISK),
        Column("emv_residual", "After measures", "amount", _RISK),
        Column("reported_on", "Reported on", "date", _RISK),
    )
    rows = reader.rows(_RISKS)
    is_titled = any(row["title"] is not None for row in rows)
    note = "" if is_titled or not rows else "Titles are not published (publish.people in pmo.yaml)."
    shown = tuple(column for column in columns if is_titled or column.name != "title")
    return Table(
        "risks", "Open risks", shown, rows, "No risk is open, or none is in the register.", None, note
    )
