"""The register of Alder & Finch: `inbox/register/register.xlsx`, the form that `pmo init` writes, filled in.

The stories in it: DWH is late and cheap; MIG ended six weeks late, at the whole of its value; WEB is to halt, its
benefit gone and its money spent; what DWH promises to PAY comes after PAY needs it; nobody has reported on OPS since
February.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from connectors.register.tables import TABLES
from connectors.tabular.tables import Column
from demo.company import PEOPLE
from demo.files import Row, write_workbook
from pipelines.register_book import REGISTER_BOOK, register_book

MONTH_ENDS = ("2026-01-30", "2026-02-27", "2026-03-31", "2026-04-30", "2026-05-29", "2026-06-30")
PROGRESS = {
    "PAY": (7, 15, 31, 42, 49, 56),
    "WEB": (9, 18, 29, 40, 50, 58),
    "DWH": (5, 11, 30, 36, 45, 55),
    "MIG": (20, 38, 55, 74, 90, 100),
    "OPS": (8, 16),
}
"""Percent complete at the ends of the months, as far as anybody reported them."""
PACKAGE_PROGRESS = {
    "platform": ("DWH", (0, 0, 50, 55, 74, 100)),
    "ingestion": ("DWH", (17, 37, 60, 75, 90, 100)),
    "marts": ("DWH", (0, 0, 0, 0, 0, 1)),
}
"""The same by work package, for the one project that reports so; it wins over the project's own."""
CAPACITY_MONTHS = tuple(f"2026-{month:02}" for month in range(1, 10))
NPS = {"PAY": (9, 10, 8, 9, 7, 10, 6, 9), "WEB": (3, 5, 6, 2, 7, 4), "MIG": (8, 9, 9, 10, 5)}
CSAT = {"PAY": (5, 4, 4, 5), "WEB": (2, 3, 2)}
INVITED = 20

LINES: Mapping[str, str] = {
    "milestones": """
        project milestone name baseline_on forecast_on actual_on reported_on
        PAY | M1 | Cards live | 2026-03-31 | 2026-03-31 | 2026-03-30 | 2026-03-31
        PAY | M2 | Pilot with two shops | 2026-09-30 | 2026-09-30 | | 2026-05-29
        PAY | M2 | Pilot with two shops | 2026-09-30 | 2026-10-14 | | 2026-06-30
        WEB | M1 | Sign-in live | 2026-04-30 | 2026-05-29 | | 2026-04-30
        WEB | M1 | Sign-in live | 2026-04-30 | 2026-06-26 | | 2026-05-29
        WEB | M1 | Sign-in live | 2026-04-30 | 2026-08-28 | | 2026-06-30
        DWH | M1 | Ingestion complete | 2026-05-29 | 2026-06-26 | 2026-06-24 | 2026-06-30
        DWH | M2 | Finance marts | 2026-07-10 | 2026-08-28 | | 2026-06-30
        MIG | M1 | Mailboxes moved | 2026-04-30 | 2026-06-12 | 2026-06-12 | 2026-06-30
        OPS | M1 | Monitoring replaced | 2026-05-29 | 2026-05-29 | | 2026-02-27
    """,
    "dependencies": """
        dependency from_project to_project needed_on promised_on status reported_on
        D1 | DWH | PAY | 2026-07-15 | 2026-07-10 | open | 2026-05-29
        D1 | DWH | PAY | 2026-07-15 | 2026-08-28 | open | 2026-06-30
        D2 | PAY | WEB | 2026-08-14 | 2026-08-07 | open | 2026-06-30
        D3 | MIG | OPS | 2026-05-29 | 2026-06-12 | delivered | 2026-06-30
    """,
    "prerequisites": """
        project prerequisite gate kind due_on satisfied_on waived_until waived_by evidence
        PAY | Privacy impact assessment | G3 | privacy | 2026-05-29 | 2026-05-20 | | | DPIA-2026-04
        PAY | Penetration test | G4 | security | 2026-09-15 | | | |
        WEB | Funding released | G3 | funding | 2026-06-15 | | | |
        WEB | Accessibility review | G3 | regulatory | 2026-06-15 | | 2026-09-30 | Steering committee | SC-12
        DWH | Data owners named | G3 | functional | 2026-04-30 | 2026-05-06 | | | DOC-118
        MIG | Restore tested | G5 | technical | 2026-06-30 | 2026-06-11 | | | TST-77
    """,
    "objectives": """
        objective weight scoring_version
        Grow revenue | 50 | 2026-H1
        Cut running cost | 30 | 2026-H1
        Comply | 20 | 2026-H1
    """,
    "alignment": """
        project objective score scoring_version
        PAY | Grow revenue | 80 | 2026-H1
        PAY | Cut running cost | 50 | 2026-H1
        PAY | Comply | 90 | 2026-H1
        WEB | Grow revenue | 20 | 2026-H1
        WEB | Cut running cost | 10 | 2026-H1
        WEB | Comply | 40 | 2026-H1
        DWH | Grow revenue | 30 | 2026-H1
        DWH | Cut running cost | 80 | 2026-H1
        DWH | Comply | 70 | 2026-H1
        MIG | Grow revenue | 0 | 2026-H1
        MIG | Cut running cost | 90 | 2026-H1
        MIG | Comply | 40 | 2026-H1
        OPS | Grow revenue | 10 | 2026-H1
        OPS | Cut running cost | 60 | 2026-H1
        OPS | Comply | 60 | 2026-H1
    """,
    "priorities": """
        project scoring_version business_value time_criticality risk_reduction job_size
        PAY | 2026-H1 | 13 | 8 | 5 | 13
        WEB | 2026-H1 | 3 | 2 | 1 | 13
        DWH | 2026-H1 | 8 | 5 | 8 | 8
        MIG | 2026-H1 | 5 | 8 | 3 | 3
        OPS | 2026-H1 | 3 | 3 | 5 | 2
    """,
    "benefits": """
        project benefit period planned realised currency validated class measure
        PAY | Fewer failed payments | 2026-05 | 12000 | 10500 | EUR | yes | cashable | revenue
        PAY | Fewer failed payments | 2026-06 | 12000 | 13200 | EUR | no | cashable | revenue
        PAY | Fewer failed payments | 2026-12 | 180000 | | EUR | | cashable | revenue
        PAY | Fewer failed payments | 2027-06 | 420000 | | EUR | | cashable | revenue
        PAY | Fewer failed payments | 2027-12 | 420000 | | EUR | | cashable | revenue
        WEB | Online orders | 2026-05 | 20000 | 1500 | EUR | yes | cashable | revenue
        WEB | Online orders | 2026-06 | 20000 | 0 | EUR | yes | cashable | revenue
        WEB | Online orders | 2026-12 | 0 | | EUR | | cashable | revenue
        DWH | Reports without hand work | 2026-12 | 60000 | | EUR | | non_cashable | efficiency
        DWH | Reports without hand work | 2027-12 | 320000 | | EUR | | non_cashable | efficiency
        MIG | Licences given back | 2026-06 | 9000 | 9000 | EUR | yes | cashable | efficiency
        MIG | Licences given back | 2026-12 | 54000 | | EUR | | cashable | efficiency
        MIG | Licences given back | 2027-06 | 54000 | | EUR | | cashable | efficiency
    """,
    "adoption": """
        project period active_users target_users core_feature_users
        PAY | 2026-05 | 310 | 800 | 240
        PAY | 2026-06 | 420 | 800 | 335
        WEB | 2026-05 | 260 | 5000 | 90
        WEB | 2026-06 | 190 | 5000 | 60
        MIG | 2026-06 | 640 | 650 | 610
    """,
    "demand": """
        project skill period hours
        PAY | payments | 2026-06 | 300
        PAY | payments | 2026-07 | 420
        PAY | payments | 2026-08 | 420
        PAY | testing | 2026-07 | 120
        WEB | web design | 2026-06 | 280
        WEB | web design | 2026-07 | 320
        DWH | data modelling | 2026-06 | 150
        DWH | data modelling | 2026-07 | 300
        DWH | data modelling | 2026-08 | 300
        OPS | operations | 2026-07 | 60
    """,
    "training": """
        project period invited completed
        PAY | 2026-05 | 40 | 31
        PAY | 2026-06 | 60 | 52
        MIG | 2026-05 | 650 | 588
    """,
    "deployments": """
        project service deployed_at commit_at outcome
        PAY | payments-api | 2026-04-02 13:10 | 2026-03-31 09:00 | succeeded
        PAY | payments-api | 2026-04-16 12:40 | 2026-04-14 15:20 | succeeded
        PAY | payments-api | 2026-05-07 08:55 | 2026-05-05 10:05 | succeeded
        PAY | payments-api | 2026-05-21 13:30 | 2026-05-20 07:45 | failed
        PAY | payments-api | 2026-06-04 12:15 | 2026-06-02 14:00 | succeeded
        PAY | payments-api | 2026-06-18 14:05 | 2026-06-16 09:30 | succeeded
        WEB | portal | 2026-05-13 16:20 | 2026-04-22 09:10 | succeeded
        WEB | portal | 2026-06-24 17:45 | 2026-05-29 11:00 | failed
    """,
    "incidents": """
        project service opened_at recovered_at deployed_at
        PAY | payments-api | 2026-05-21 14:02 | 2026-05-21 15:10 | 2026-05-21 13:30
        PAY | payments-api | 2026-06-09 07:30 | 2026-06-09 08:05 |
        WEB | portal | 2026-06-24 18:30 | 2026-06-26 10:15 | 2026-06-24 17:45
    """,
    "actions": """
        project action owner due_on done_on
        PAY | Agree the test slot with the bank | alice | 2026-06-12 | 2026-06-10
        PAY | Ask DWH for an interim extract | alice | 2026-07-07 |
        WEB | Draw up what stopping would cost | chloe | 2026-06-19 |
        DWH | Name a second modeller | elena | 2026-06-26 |
        OPS | Report again | greta | 2026-04-30 |
    """,
    "decisions": """
        project decision asked_on decided_on outcome about
        PAY | Second acquirer | 2026-04-08 | 2026-04-22 | Approved | scope
        WEB | Go on with the portal | 2026-05-27 | | | budget
        WEB | CR-9 | 2026-06-19 | | | scope
        DWH | Hire a modeller for the summer | 2026-06-03 | 2026-06-24 | Rejected | resource
    """,
    "initiatives": """
        initiative stage entered_on project
        Pay by invoice | idea | 2026-01-12 |
        Pay by invoice | proof_of_concept | 2026-02-16 |
        Pay by invoice | pilot | 2026-05-04 | PAY
        Chat for shops | idea | 2026-02-02 |
        Chat for shops | proof_of_concept | 2026-03-23 |
        Chat for shops | stopped | 2026-05-18 |
        Forecast of returns | idea | 2026-04-27 |
    """,
}
RISKS = """\
project risk title category kind probability impact residual_probability residual_impact currency status owner \
reported_on
PAY|R1|The bank certifies late|vendor|threat|40|60000|20|60000|EUR|open|alice|2026-05-29
PAY|R1|The bank certifies late|vendor|threat|30|60000|10|60000|EUR|open|alice|2026-06-30
PAY|R2|Fees fall with volume|commercial|opportunity|25|20000|||EUR|open|greta|2026-06-30
PAY|R3|The provider raises its price|vendor|threat|20|30000|20|15000|USD|open|alice|2026-06-30
WEB|R1|Customers stay with the shop|market|threat|80|120000|80|120000|EUR|open|chloe|2026-06-30
WEB|R2|Studio leaves|vendor|threat|30|40000|15|40000|EUR|open|chloe|2026-06-30
DWH|R1|Old ledger data is incomplete|data|threat|50|24000|25|12000|EUR|open|elena|2026-06-30
MIG|R1|Mail is lost on the way|technical|threat|10|30000|0|0|EUR|closed|hugo|2026-06-30
OPS|R1|Hardware out of support|technical|threat|35|18000|35|18000|EUR|open|greta|2026-02-27
"""
SKILLS = """
    person skill level
    alice | payments | expert
    alice | testing | able
    bruno | payments | able
    chloe | payments | able
    chloe | web design | expert
    dmitri | web design | able
    elena | data modelling | expert
    farid | web design | able
    greta | operations | able
    hugo | data modelling | able
    hugo | operations | expert
"""


def write_register(inbox: Path) -> None:
    """Write `register/register.xlsx` with every table but `projects`, which stands beside it as CSV."""
    write_workbook(inbox / "register" / REGISTER_BOOK, register_book(register_rows()))


def register_rows() -> dict[str, list[Row]]:
    """The rows of every sheet, by table; shares are fractions, as cells with a percent sign hold them."""
    rows = {table: _parsed(table, lines) for table, lines in LINES.items()}
    rows["progress"] = [
        {"project": project, "as_of": date.fromisoformat(day), "percent_complete": Decimal(percent) / 100}
        for project, percents in PROGRESS.items()
        for day, percent in zip(MONTH_ENDS, percents, strict=False)
    ]
    rows["progress"] += [
        {
            "project": project,
            "as_of": date.fromisoformat(day),
            "percent_complete": Decimal(percent) / 100,
            "wbs": wbs,
        }
        for wbs, (project, percents) in PACKAGE_PROGRESS.items()
        for day, percent in zip(MONTH_ENDS, percents, strict=True)
    ]
    rows["surveys"] = [*_answers("nps", NPS), *_answers("csat", CSAT)]
    rows["capacity"] = [
        {"person": person.code, "period": month, "hours": Decimal(140 if person.role != "manager" else 80)}
        for person in PEOPLE
        for month in CAPACITY_MONTHS
    ]
    rows["risks"] = _parsed("risks", RISKS)
    rows["skills"] = _parsed("skills", SKILLS)
    return rows


def _answers(kind: str, scores: Mapping[str, tuple[int, ...]]) -> Iterator[Row]:
    for project, given in scores.items():
        for number, score in enumerate(given):
            answered = date(2026, 6, 8 + number)
            yield {
                "project": project,
                "responded_on": answered,
                "kind": kind,
                "score": Decimal(score),
                "invited": Decimal(INVITED),
            }


def _parsed(table: str, lines: str) -> list[Row]:
    """Rows out of lines with `|` between the values, below the names of the columns."""
    names, *filled = [line.strip() for line in lines.strip().splitlines()]
    (found,) = [each for each in TABLES if each.name == table]
    columns = [found.column(name) for name in names.split()]
    return [
        {
            column.name: _value(column, text.strip())
            for column, text in zip(columns, line.split("|"), strict=True)
            if text.strip()
        }
        for line in filled
    ]


def _value(column: Column, text: str) -> object:
    if column.kind == "date":
        return date.fromisoformat(text)
    if column.kind == "timestamp":
        return datetime.fromisoformat(text)
    if column.kind in ("money", "number", "hours"):
        return Decimal(text) / (100 if column.whole else 1)
    return text
