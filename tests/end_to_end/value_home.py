"""A home for what projects are for: benefits, priorities, users and capacity; a project for each question.

Here: the inputs only. The figures that must come out stand in `test_value_marts`.
"""

from __future__ import annotations

from pathlib import Path

from tests.end_to_end.homes import ORGANISATION, PmoHome, Row, make_home

AS_OF = "2026-03-31"
PROJECTS = (
    "WORTH",
    "PHASED",
    "OUTLAY",
    "REALISED",
    "LABEL",
    "STOP",
    "FIRST",
    "TIED",
    "PARTLY",
    "SPENT",
    "WORK",
)


def make_value_home(root: Path) -> PmoHome:
    """The whole of it, up to the end of March 2026, discounted at 10 % a year."""
    home = make_home(root, settings=ORGANISATION + "discount_rate: 0.1\n")
    home.write("inbox/register/projects.csv", [{"project": name, "name": name.title()} for name in PROJECTS])
    for table, rows in REGISTER.items():
        home.write(f"inbox/register/{table}.csv", rows)
    home.write("inbox/ledger/postings.csv", POSTINGS)
    home.write("inbox/budgets/budget_versions.csv", VERSIONS)
    home.write("inbox/budgets/budget_lines.csv", BUDGET_LINES)
    home.write("inbox/budgets/forecast_lines.csv", FORECAST_LINES)
    home.write("inbox/timesheets/timesheet_entries.csv", HOURS)
    home.write("reference/people.csv", PEOPLE)
    home.write("reference/fx_rates.csv", FX_RATES)
    return home


def _rows(lines: str) -> list[Row]:
    """Rows out of lines with `|` between the values, below the names of the columns."""
    names, *filled = [[cell.strip() for cell in line.split("|")] for line in lines.strip().splitlines()]
    return [dict(zip(names, cells, strict=True)) for cells in filled]


POSTINGS = _rows("""
    posting_id | project | cost_category | posted_on  | amount | currency | origin
    P-1        | WORTH   | services      | 2026-02-10 | 40.00  | EUR      | expense
    P-2        | STOP    | services      | 2026-02-10 | 80.00  | EUR      | expense
    P-3        | SPENT   | services      | 2026-02-10 | 50.00  | EUR      | expense
""")
VERSIONS = _rows("""
    project | version_no | version_type | approved_on
    STOP    | 1          | original     | 2026-01-05
    SPENT   | 1          | original     | 2026-01-05
""")
BUDGET_LINES = _rows("""
    project | version_no | cost_category | period  | amount | currency
    STOP    | 1          | services      | 2026-03 | 100.00 | EUR
    SPENT   | 1          | services      | 2026-03 | 50.00  | EUR
""")
FORECAST_LINES = _rows("""
    project | cutoff_period | cost_category | period  | amount | currency | basis
    WORTH   | 2026-03       | services      | 2026-05 | 60.00  | EUR      | to_complete
    PHASED  | 2026-03       | services      | 2026-06 | 30.00  | EUR      | to_complete
    PHASED  | 2026-03       | services      | 2027-02 | 70.00  | EUR      | to_complete
    STOP    | 2026-03       | services      | 2026-05 | 40.00  | EUR      | to_complete
    LABEL   | 2026-03       | services      | 2026-05 | 10.00  | EUR      | to_complete
""")
HOURS = _rows("""
    person | project | work_date  | hours
    bob    | WORK    | 2026-03-10 | 10
    bob    | WORK    | 2026-03-11 | 35
    dan    | WORK    | 2026-03-12 | 8
""")
PEOPLE = _rows("""
    person | name       | role      | team | fte
    ann    | Ann Adair  | developer | A    | 1
    bob    | Bob Brandt | developer | B    | 0.5
    cyd    | Cyd Conte  | analyst   | A    |
    dan    | Dan Duarte | analyst   | B    | 1
""")
FX_RATES = _rows("""
    rate_type | from_currency | to_currency | rate | fiscal_year
    budget    | USD           | EUR         | 0.80 | 2026
""")
REGISTER = {
    "benefits": _rows("""
        project  | benefit | period   | planned | realised | currency | validated | class
        WORTH    | Sales   | 2027-06  | 60      |          | EUR      |           | cashable
        WORTH    | Sales   | 2028-01  | 60      |          | EUR      |           |
        OUTLAY   | Flow    | 2026-01  | -100    | -100     | EUR      | yes       | cashable
        OUTLAY   | Flow    | 2027-01  | 60      |          | EUR      |           | cashable
        OUTLAY   | Flow    | 2028-01  | 60      |          | EUR      |           | cashable
        PHASED   | Hours   | 2027-12  | 200     |          | EUR      |           | non_cashable
        PHASED   | Image   | 2027-12  | 999     |          | EUR      |           | qualitative
        REALISED | Sales   | 2026-01  | 100     | 80       | EUR      | yes       | cashable
        REALISED | Sales   | 2026-02  | 100     | 90       | EUR      | no        | cashable
        REALISED | Sales   | 2026-03  | 100     |          | EUR      |           | cashable
        REALISED | Sales   | 2026-12  | 300     |          | EUR      |           | cashable
        REALISED | Abroad  | 2026-01  | 100     | 50       | USD      | yes       | cashable
        REALISED | Unrated | 2026-01  | 100     | 50       | GBP      | yes       | cashable
        REALISED | Later   | 2026-01  | 0       | 5        | EUR      | yes       | cashable
        LABEL    | Sales   | some day | 10      |          | EUR      |           | cashable
        STOP     | Sales   | 2026-12  | 50      |          | EUR      |           | cashable
    """),
    "objectives": _rows("""
        objective | weight | scoring_version
        Grow      | 0.5    | 2026
        Comply    | 0.5    | 2026
        Grow      | 0.5    | 2025
        Comply    | 0.3    | 2025
    """),
    "alignment": _rows("""
        project | objective | score | scoring_version
        FIRST   | Grow      | 0.8   | 2026
        FIRST   | Comply    | 0.6   | 2026
        TIED    | Grow      | 0.6   | 2026
        TIED    | Comply    | 0.8   | 2026
        STOP    | Grow      | 0.2   | 2026
        STOP    | Comply    | 0.3   | 2026
        PARTLY  | Grow      | 1     | 2026
        SPENT   | Grow      | 0.9   | 2026
        SPENT   | Comply    | 0.9   | 2026
        SPENT   | Shine     | 0.9   | 2026
        FIRST   | Grow      | 0.8   | 2025
        FIRST   | Comply    | 0.8   | 2025
    """),
    "priorities": _rows("""
        project | scoring_version | business_value | time_criticality | risk_reduction | job_size
        FIRST   | 2026            | 8              | 5                | 2              | 5
        STOP    | 2026            | 3              | 2                | 1              | 8
        TIED    | 2026            | 8              | 5                | 2              | 0
        PARTLY  | 2026            | 8              |                  | 2              | 3
    """),
    "risks": _rows("""
        project | risk | kind | probability | impact | residual_probability | residual_impact | currency | status
        STOP    | R1   | threat      | 0.5  | 40   | 0.25 | 40 | EUR | open
        STOP    | R2   | opportunity | 0.5  | 6    |      |    | EUR | open
        STOP    | R3   | threat      | 1    | 1000 |      |    | EUR | closed
        PHASED  | R1   | threat      | 0.1  | 100  |      |    | USD | open
        OUTLAY  | R1   | threat      | 0.1  | 100  |      |    | GBP | open
    """),
    "progress": _rows("""
        project | as_of      | percent_complete
        STOP    | 2026-03-31 | 20
        SPENT   | 2026-03-31 | 90
    """),
    "milestones": _rows("""
        project | milestone | baseline_on | forecast_on | actual_on  | reported_on
        STOP    | M1        | 2026-03-01  | 2026-03-01  |            | 2026-01-31
        STOP    | M1        | 2026-03-01  | 2026-03-11  |            | 2026-02-28
        STOP    | M1        | 2026-03-01  | 2026-04-10  |            | 2026-03-31
        FIRST   | M1        | 2026-03-01  | 2026-03-01  |            | 2026-02-28
        FIRST   | M1        | 2026-03-01  | 2026-04-10  |            | 2026-03-31
        TIED    | M1        | 2026-03-01  | 2026-03-11  |            | 2026-02-28
        TIED    | M1        | 2026-03-01  | 2026-03-20  |            | 2026-03-31
        SPENT   | M1        | 2026-03-01  | 2026-03-11  |            | 2026-02-28
        SPENT   | M1        | 2026-03-01  | 2026-03-20  | 2026-03-20 | 2026-03-31
    """),
    "dependencies": _rows("""
        dependency | from_project | to_project | needed_on  | promised_on | status    | reported_on
        D1         | FIRST        | STOP       | 2026-03-21 | 2026-03-20  | open      | 2026-03-15
        D2         | FIRST        | TIED       | 2026-03-21 | 2026-03-20  | Delivered | 2026-03-15
        D3         | FIRST        | PARTLY     | 2026-03-31 | 2026-05-20  | open      | 2026-03-15
    """),
    "adoption": _rows("""
        project | period  | active_users | target_users | core_feature_users
        FIRST   | 2026-03 | 30           | 120          | 15
        TIED    | 2026-03 | 0            | 0            |
        TIED    | 2026-04 | 7            | 10           |
    """),
    "surveys": [
        *(
            {
                "project": "FIRST",
                "responded_on": "2026-03-10",
                "kind": kind,
                "score": score,
                "invited": invited,
            }
            for kind, invited, scores in (("nps", 20, (10, 9, 9, 8, 7, 6, 0)), ("csat", 10, (5, 4, 3, 1)))
            for score in scores
        ),
        {"project": "FIRST", "responded_on": "2026-04-02", "kind": "nps", "score": 0, "invited": 20},
        {"project": "TIED", "responded_on": "2026-03-02", "kind": "nps", "score": 9, "invited": 20},
        {"project": "TIED", "responded_on": "2026-03-30", "kind": "nps", "score": 2, "invited": 30},
        {"project": "STOP", "responded_on": "2026-03-30", "kind": "csat", "score": 2, "invited": ""},
    ],
    "training": _rows("""
        project | period  | invited | completed
        FIRST   | 2026-03 | 40      | 30
        PARTLY  | 2026-03 | 0       | 0
        PARTLY  | 2026-04 | 10      | 10
    """),
    "capacity": _rows("""
        person | period  | hours
        ann    | 2026-03 | 100.01
        bob    | 2026-03 | 60
        cyd    | 2026-03 | 40
        ann    | 2026-04 | 100
    """),
    "skills": _rows("""
        person | skill
        ann    | python
        ann    | sql
        ann    | testing
        bob    | sql
    """),
    "demand": _rows("""
        project | skill  | period  | hours
        FIRST   | sql    | 2026-03 | 100
        TIED    | sql    | 2026-03 | 20
        FIRST   | cobol  | 2026-03 | 10
        FIRST   | python | 2026-05 | 30
    """),
}
