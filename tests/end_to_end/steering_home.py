"""A home with what the marts to steer by are about: milestones, dependencies, risks, gates, change requests and more.

Only inputs stand here; the figures that they lead to are worked out in `test_steering_marts`.
"""

from __future__ import annotations

from pathlib import Path

from tests.end_to_end.homes import ORGANISATION, PmoHome, Row, make_home

AS_OF = "2026-03-31"
PROJECTS = ("ALPHA", "BETA", "GAMMA", "DELTA", "EPSILON", "ETA", "THETA", "IOTA", "KAPPA")
PROJECTS += ("TENSTEP", "FINBASE", "MIXED", "NORATE", "SCOPE", "QUIET")


def make_steering_home(root: Path) -> PmoHome:
    """The whole of it, up to the end of March 2026."""
    home = make_home(root, settings=f"{ORGANISATION}status: {{milestone_amber_days: 5}}\n")
    home.write("inbox/register/projects.csv", [{"project": name, "name": name.title()} for name in PROJECTS])
    for table, rows in REGISTER.items():
        home.write(f"inbox/register/{table}.csv", rows)
    home.write("reference/fx_rates.csv", FX_RATES)
    home.write("reference/crosswalk.csv", CROSSWALK)
    home.write("inbox/budgets/budget_versions.csv", VERSIONS)
    home.write("inbox/budgets/budget_lines.csv", BUDGET_LINES)
    home.write("inbox/budgets/change_requests.csv", CHANGE_REQUESTS)
    return home


def _table(columns: str, *lines: str) -> list[Row]:
    """Rows out of lines with `|` between the values."""
    return [
        dict(zip(columns.split(), (value.strip() for value in line.split("|")), strict=True))
        for line in lines
    ]


def _threats(project: str, *pairs: tuple[str, int]) -> list[Row]:
    """Threats in euro, as a probability and an impact each."""
    return [
        {"project": project, "risk": f"R{number}", "probability": p, "impact": impact, "currency": "EUR"}
        for number, (p, impact) in enumerate(pairs, start=1)
    ]


REGISTER: dict[str, list[Row]] = {
    "milestones": _table(
        "project milestone baseline_on forecast_on actual_on reported_on",
        "ALPHA | UNDATED  | 2026-02-27 | 2026-03-13 |            |",
        "ALPHA | TWICE    | 2026-04-30 | 2026-05-04 |            | 2026-01-30",
        "ALPHA | TWICE    | 2026-04-30 | 2026-05-11 |            | 2026-02-27",
        "ALPHA | SILENT   | 2026-03-16 |            |            | 2026-03-20",
        "ALPHA | AHEAD    | 2026-06-30 |            |            | 2026-03-31",
        "ALPHA | REBASED  | 2026-03-31 | 2026-03-31 |            | 2026-01-30",
        "ALPHA | REBASED  | 2026-04-30 | 2026-04-30 |            | 2026-02-27",
        "ALPHA | REACHED  | 2026-03-12 | 2026-03-12 | 2026-03-10 | 2026-03-31",
        "ALPHA | TOMORROW | 2026-05-29 | 2026-05-29 |            | 2026-04-01",
    ),
    "dependencies": _table(
        "dependency from_project to_project needed_on promised_on status reported_on",
        "IN-TIME   | ALPHA   | BETA    | 2026-04-30 | 2026-04-20 | open      |",
        "TOO-LATE  | BETA    | GAMMA   | 2026-05-15 | 2026-05-31 | open      |",
        "NO-WORD   | GAMMA   | DELTA   | 2026-03-15 |            |           |",
        "SHORTCUT  | ALPHA   | DELTA   | 2026-06-30 | 2026-06-30 | open      |",
        "CYCLE-1   | EPSILON | ETA     | 2026-06-30 | 2026-06-01 | open      |",
        "CYCLE-2   | ETA     | THETA   | 2026-06-30 | 2026-06-01 | open      |",
        "CYCLE-3   | THETA   | EPSILON | 2026-06-30 | 2026-06-01 | open      |",
        "AFTER     | THETA   | IOTA    | 2026-06-30 | 2026-06-01 | open      |",
        "BEFORE    | ALPHA   | EPSILON | 2026-06-30 | 2026-06-01 | open      |",
        "DELIVERED | QUIET   | ALPHA   | 2026-01-31 | 2026-02-10 | Delivered |",
        "WITHDRAWN | QUIET   | BETA    | 2026-01-31 | 2026-02-10 | cancelled |",
        "MOVING    | QUIET   | KAPPA   | 2026-03-01 | 2026-02-20 | open      | 2026-01-31",
        "MOVING    | QUIET   | KAPPA   | 2026-03-01 | 2026-03-10 | open      | 2026-02-28",
        "LATER     | KAPPA   | SCOPE   | 2026-05-01 | 2026-04-01 | open      | 2026-02-28",
        "STRANGE   | NOBODY  | SCOPE   | 2026-05-01 | 2026-04-01 | open      |",
    ),
    "risks": [
        *_threats("TENSTEP", ("0.8", 10000), ("0.3", 30000), ("0.5", 8000)),
        *[
            row | {"risk": f"{row['risk']}b"}
            for row in _threats("TENSTEP", ("0.1", 40000), ("0.3", 20000), ("0.25", 10000))
        ],
        *_threats("FINBASE", ("0.05", 32000), ("0.05", 48000), ("0.10", 20000), ("0.02", 12000)),
        *_table(
            "project risk category kind probability impact residual_probability residual_impact currency status "
            "reported_on",
            "MIXED | R1 | vendor | threat      | 0.5  | 10000 | 0.2   |       | EUR | open   | 2026-01-31",
            "MIXED | R1 | vendor | threat      | 0.4  | 10000 | 0.2   |       | EUR | open   | 2026-02-28",
            "MIXED | R2 | market | opportunity | 0.25 | 8000  | 0.125 | 8000  | EUR | open   | 2026-02-28",
            "MIXED | R3 | vendor |             | 0.1  | 1000  | 0     | 0     | USD |        | 2026-02-28",
            "MIXED | R4 | vendor | threat      | 0.9  | 50000 | 0.9   | 50000 | EUR | Closed | 2026-02-28",
            "NORATE | R1 |      | threat      | 0.5  | 100   | 0.5   | 100   | GBP | open   | 2026-02-28",
            "NORATE | R2 |      | threat      | 0.5  | 100   | 0.5   | 100   | EUR | open   | 2026-02-28",
            "NORATE | R3 | legal | threat     | 0.5  | 100   | 0.5   | 100   | EUR | open   | 2026-02-28",
        ),
    ],
    "prerequisites": _table(
        "project prerequisite gate kind due_on satisfied_on waived_until waived_by evidence",
        "ALPHA | late and unproven    | G1 | privacy  | 2026-02-15 | 2026-02-20 |            |       |",
        "ALPHA | waived through today | G1 | security | 2026-03-01 |            | 2026-03-31 | board |",
        "ALPHA | waiver ran out       | G1 | security | 2026-02-15 |            | 2026-03-30 | board |",
        "ALPHA | nobody did it        | G1 | funding  | 2026-03-01 |            |            |       |",
        "ALPHA | done tomorrow        | G1 | funding  | 2026-03-20 | 2026-04-01 |            |       |",
        "ALPHA | not yet              | G1 | funding  | 2026-04-30 |            |            |       |",
        "BETA  | in place             | G1 | funding  | 2026-04-30 | 2026-03-02 |            |       | F-1",
        "QUIET | asked for twice      | G1 | funding  | 2026-04-30 | 2026-03-02 |            |       | F-2",
        "QUIET-OLD | asked for twice  | G1 | funding  | 2026-04-30 |            |            |       |",
    ),
    "decisions": _table(
        "project decision asked_on decided_on outcome about",
        "ALPHA | D1 | 2026-03-01 |            |          | budget",
        "ALPHA | D2 | 2026-03-21 |            |          | budget",
        "ALPHA | D3 | 2026-02-01 | 2026-02-08 | Yes      | budget",
        "ALPHA | D4 | 2026-02-01 | 2026-04-08 | Yes      | scope",
        "ALPHA | D5 |            | 2026-02-08 | No       |",
    ),
    "actions": _table(
        "project action owner due_on done_on",
        "ALPHA | A1 | ann | 2026-03-20 |",
        "ALPHA | A2 | ann | 2026-03-30 | 2026-04-02",
        "ALPHA | A3 | ann | 2026-03-31 |",
        "ALPHA | A4 | ann | 2026-03-01 | 2026-03-05",
        "BETA  | A5 | ann |            |",
    ),
    "initiatives": _table(
        "initiative stage entered_on project",
        "Robots | idea             | 2026-01-05 |",
        "Robots | proof_of_concept | 2026-02-04 |",
        "Robots | stopped          | 2026-03-06 |",
        "Drones | idea             | 2026-01-15 |",
        "Drones | pilot            | 2026-02-24 | ALPHA",
        "Drones | industrialised   | 2026-04-24 | ALPHA",
    ),
}

CROSSWALK: list[Row] = [
    {"source_system": system, "source_id": "QUIET-OLD", "project": "QUIET"}
    for system in ("register", "budgets")
]

FX_RATES: list[Row] = [
    {
        "rate_type": "budget",
        "from_currency": "USD",
        "to_currency": "EUR",
        "rate": "0.90",
        "fiscal_year": "2026",
    }
]

VERSIONS: list[Row] = [
    *_table(
        "project version_no version_type approved_on contingency",
        "MIXED | 1 | original | 2026-02-01 | 2500",
        "MIXED | 2 | revised  | 2026-03-10 | 500",
        "FINBASE | 1 | original | 2026-01-05 |",
        "SCOPE | 1 | original | 2026-01-05 |",
        "SCOPE | 2 | revised  | 2026-03-10 |",
    )
]

BUDGET_LINES: list[Row] = _table(
    "project version_no cost_category period amount currency",
    "MIXED | 1 | services | 2026-06 | 50000 | EUR",
    "MIXED | 2 | services | 2026-06 | 50000 | EUR",
    "FINBASE | 1 | services | 2026-06 | 9000 | EUR",
    "SCOPE | 1 | services | 2026-06 | 60000 | EUR",
    "SCOPE | 1 | licences | 2026-07 | 40000 | EUR",
    "SCOPE | 2 | services | 2026-06 | 72000 | EUR",
    "SCOPE | 2 | licences | 2026-07 | 40000 | EUR",
)

CHANGE_REQUESTS: list[Row] = _table(
    "project change_request submitted_on decided_on decision cost_delta days_delta currency",
    "SCOPE | CR-1 | 2026-01-20 | 2026-02-10 | approved | 10000 | 15 | EUR",
    "SCOPE | CR-2 | 2026-02-02 | 2026-02-12 | rejected | 5000  | 5  | EUR",
    "SCOPE | CR-3 | 2026-02-20 | 2026-03-05 | deferred | 7000  |    | EUR",
    "SCOPE | CR-4 | 2026-03-20 |            |          | 1000  |    | EUR",
    "SCOPE | CR-5 | 2026-02-25 | 2026-04-10 | approved | 3000  |    | EUR",
    "SCOPE | CR-6 | 2026-04-01 |            |          | 9000  |    | EUR",
    "QUIET | CR-7 | 2026-03-02 | 2026-03-12 | approved | 100   | 1  | USD",
    "QUIET | CR-8 | 2026-03-02 | 2026-03-12 | approved |       | 2  |",
    "QUIET-OLD | CR-8 | 2026-03-02 | 2026-03-12 |      | 50    |    |",
)
