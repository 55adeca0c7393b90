"""The register: what a PMO writes down about its projects besides money and time."""

from __future__ import annotations

from connectors.tabular.tables import Column, Table, choice, date, money, period, text


def _register(
    name: str,
    *columns: Column,
    key: tuple[str, ...] = (),
    project: str | None = "project",
    counts_equal_rows: bool = False,
) -> Table:
    return Table(
        "register",
        name,
        columns,
        key=key,
        replaces="file",
        project=project,
        counts_equal_rows=counts_equal_rows,
    )


def _number(name: str, *, required: bool = False, whole: int | None = None) -> Column:
    return Column(name, "number", required=required, whole=whole)


def _timestamp(name: str, *, required: bool = False) -> Column:
    return Column(name, "timestamp", required=required)


PROJECTS = _register(
    "projects",
    text("project", required=True),
    text("name", required=True),
    text("programme"),
    text("portfolio"),
    text("sponsor"),
    text("manager"),
    text("phase"),
    text("status"),
    text("methodology"),
    date("start_on"),
    date("finish_on"),
    text("currency"),
    key=("project",),
)
PROGRESS = _register(
    "progress",
    text("project", required=True),
    date("as_of", required=True),
    _number("percent_complete", required=True, whole=100),
    text("wbs"),
    choice("technique", "percent", "0/100", "50/50", "milestone", "loe"),
    key=("project", "as_of", "wbs"),
)
MILESTONES = _register(
    "milestones",
    text("project", required=True),
    text("milestone", required=True),
    date("baseline_on", required=True),
    text("name"),
    date("forecast_on"),
    date("actual_on"),
    date("reported_on"),
    key=("project", "milestone", "reported_on"),
)
DEPENDENCIES = _register(
    "dependencies",
    text("dependency", required=True),
    text("from_project", required=True),
    text("to_project", required=True),
    date("needed_on", required=True),
    date("promised_on"),
    text("status"),
    date("reported_on"),
    key=("dependency", "reported_on"),
    project="to_project",
)
RISKS = _register(
    "risks",
    text("project", required=True),
    text("risk", required=True),
    _number("probability", required=True, whole=1),
    money("impact", required=True),
    text("currency", required=True),
    text("title"),
    text("category"),
    choice("kind", "threat", "opportunity"),
    _number("residual_probability", whole=1),
    money("residual_impact"),
    text("status"),
    text("owner"),
    date("reported_on"),
    key=("project", "risk", "reported_on"),
)
PREREQUISITES = _register(
    "prerequisites",
    text("project", required=True),
    text("prerequisite", required=True),
    text("gate", required=True),
    choice("kind", "functional", "technical", "regulatory", "security", "privacy", "funding"),
    date("due_on"),
    date("satisfied_on"),
    date("waived_until"),
    text("waived_by"),
    text("evidence"),
    key=("project", "prerequisite", "gate"),
)
OBJECTIVES = _register(
    "objectives",
    text("objective", required=True),
    _number("weight", required=True, whole=1),
    text("scoring_version", required=True),
    key=("objective", "scoring_version"),
    project=None,
)
ALIGNMENT = _register(
    "alignment",
    text("project", required=True),
    text("objective", required=True),
    _number("score", required=True, whole=1),
    text("scoring_version", required=True),
    key=("project", "objective", "scoring_version"),
)
PRIORITIES = _register(
    "priorities",
    text("project", required=True),
    text("scoring_version", required=True),
    _number("business_value"),
    _number("time_criticality"),
    _number("risk_reduction"),
    _number("job_size"),
    key=("project", "scoring_version"),
)
BENEFITS = _register(
    "benefits",
    text("project", required=True),
    text("benefit", required=True),
    period("period", required=True),
    money("planned", required=True),
    text("currency", required=True),
    money("realised"),
    Column("validated", "boolean"),
    choice("class", "cashable", "non_cashable", "qualitative"),
    text("measure"),
    key=("project", "benefit", "period"),
)
ADOPTION = _register(
    "adoption",
    text("project", required=True),
    period("period", required=True),
    _number("active_users", required=True),
    _number("target_users", required=True),
    _number("core_feature_users"),
    key=("project", "period"),
)
SURVEYS = _register(
    "surveys",
    text("project", required=True),
    date("responded_on", required=True),
    choice("kind", "nps", "csat", required=True),
    _number("score", required=True),
    _number("invited"),
    counts_equal_rows=True,
)
CAPACITY = _register(
    "capacity",
    text("person", required=True),
    period("period", required=True),
    Column("hours", "hours", required=True),
    text("role"),
    text("team"),
    key=("person", "period"),
    project=None,
)
SKILLS = _register(
    "skills",
    text("person", required=True),
    text("skill", required=True),
    text("level"),
    key=("person", "skill"),
    project=None,
)
DEMAND = _register(
    "demand",
    text("project", required=True),
    text("skill", required=True),
    period("period", required=True),
    Column("hours", "hours", required=True),
    key=("project", "skill", "period"),
)
TRAINING = _register(
    "training",
    text("project", required=True),
    period("period", required=True),
    _number("invited", required=True),
    _number("completed", required=True),
    key=("project", "period"),
)
DEPLOYMENTS = _register(
    "deployments",
    text("project", required=True),
    text("service", required=True),
    _timestamp("deployed_at", required=True),
    _timestamp("commit_at"),
    text("outcome"),
)
INCIDENTS = _register(
    "incidents",
    text("project", required=True),
    text("service", required=True),
    _timestamp("opened_at", required=True),
    _timestamp("recovered_at"),
    _timestamp("deployed_at"),
)
ACTIONS = _register(
    "actions",
    text("project", required=True),
    text("action", required=True),
    text("owner"),
    date("due_on"),
    date("done_on"),
    key=("project", "action"),
)
DECISIONS = _register(
    "decisions",
    text("project", required=True),
    text("decision", required=True),
    date("asked_on"),
    date("decided_on"),
    text("outcome"),
    choice("about", "scope", "resource", "risk", "budget"),
    key=("project", "decision"),
)
INITIATIVES = _register(
    "initiatives",
    text("initiative", required=True),
    choice("stage", "idea", "proof_of_concept", "pilot", "industrialised", "stopped", required=True),
    date("entered_on", required=True),
    text("project"),
    key=("initiative", "stage"),
)

TABLES = (
    PROJECTS,
    PROGRESS,
    MILESTONES,
    DEPENDENCIES,
    RISKS,
    PREREQUISITES,
    OBJECTIVES,
    ALIGNMENT,
    PRIORITIES,
    BENEFITS,
    ADOPTION,
    SURVEYS,
    CAPACITY,
    SKILLS,
    DEMAND,
    TRAINING,
    DEPLOYMENTS,
    INCIDENTS,
    ACTIONS,
    DECISIONS,
    INITIATIVES,
)
