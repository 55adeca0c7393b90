"""A made-up register as landed batches: what a PMO writes down about each project of `benchmarks.finance_data`.

About 900 rows a project and 62 a person, most of them monthly or quarterly reports over five years. Projects report on
28 different days of the month. Dependencies are between ten projects each; in every fifth of these groups they form a
cycle.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.finance_data import AS_OF, FIRST_DAY, PERIODS, Size, land, month_start

QUARTERS = PERIODS // 3


def land_register(home: Path, size: Size) -> None:
    """Commits one batch of each table."""
    for table, rows in _tables(size).items():
        land(home, f"register.{table}", f"inbox/register/{table}.csv", rows)


def _tables(size: Size) -> dict[str, str]:
    projects = f"range({size.projects}) as r(p)"
    project = "'P' || p as project"
    month = f"strftime({month_start('m')}, '%Y-%m') as period"
    months, quarters = f"range({PERIODS}) as t(m)", f"range({QUARTERS}) as t(q)"
    reported = f"({month_start('q * 3')} + (p % 28)::integer)::date as reported_on"
    due = f"(date '{FIRST_DAY}' + (90 + 250 * k + p % 60)::integer)::date"
    day = f"(date '{FIRST_DAY}' + ((p * 31 + k * 17) % 1800)::integer)::date"
    moment = f"(timestamp '{FIRST_DAY} 10:00:00' + to_days(((p * 31 + k * 17) % 1800)::integer))"

    def some(count: int) -> str:
        return f"range({count}) as k(k)"

    return {
        "projects": (
            f"select {project}, 'Project ' || p as name, 'Programme ' || p % 50 as programme, "
            "'Portfolio ' || p % 10 as portfolio, ['green', 'amber', 'red'][1 + p % 3] as status, "
            f"date '{FIRST_DAY}' as start_on, date '{AS_OF}' as finish_on, 'EUR' as currency from {projects}"
        ),
        "progress": (
            f"select {project}, ({month_start('m + 1')} - 1)::date as as_of, "
            f"least(100, (m + 1) * (1.2 + p % 10 / 10)) as percent_complete from {projects}, {months}"
        ),
        "milestones": (
            f"select {project}, 'M' || k as milestone, {due} as baseline_on, "
            f"({due} + (q * (p % 7))::integer)::date "
            f"as forecast_on, "
            f"case when {due} < {month_start('q * 3')} then ({due} + 9)::date end as actual_on, "
            f"{reported} from {projects}, {some(6)}, {quarters}"
        ),
        "risks": (
            f"select {project}, 'R' || k as risk, 0.05 * (1 + (p + k + q) % 18) as probability, "
            f"10000 + 500 * k as impact, "
            "case when k = 0 then 'USD' else 'EUR' end as currency, 'threat' as kind, "
            "case when q > 10 + k then 'closed' else 'open' end as status, "
            f"{reported} from {projects}, {some(8)}, {quarters}"
        ),
        "dependencies": (
            f"select 'D' || p || '-' || k as dependency, 'P' || p as from_project, "
            "'P' || (p - p % 10 + (p + 1 + k * 3) % 10) as to_project, "
            f"{due} as needed_on, ({due} + (q * 5)::integer)::date as promised_on, {reported} "
            f"from {projects}, {some(2)}, range(8) as t(q) "
            f"where p - p % 10 + 10 <= {size.projects} and (p % 10 + 1 + k * 3 < 10 or p // 10 % 5 = 0)"
        ),
        "prerequisites": (
            f"select {project}, 'Q' || k as prerequisite, 'G' || k % 4 as gate, "
            f"'technical' as kind, {day} as due_on, "
            f"case when k % 3 > 0 then {day} end as satisfied_on from {projects}, {some(8)}"
        ),
        "objectives": "select 'O' || k as objective, 0.2 as weight, '2025' as scoring_version from range(5) as k(k)",
        "alignment": (
            f"select {project}, 'O' || k as objective, (p + k) % 11 / 10 as score, '2025' as scoring_version "
            f"from {projects}, {some(5)}"
        ),
        "priorities": (
            f"select {project}, '2025' as scoring_version, 1 + p % 13 as business_value, "
            f"1 + p % 8 as time_criticality, "
            f"1 + p % 5 as risk_reduction, 1 + p % 20 as job_size from {projects}"
        ),
        "benefits": (
            f"select {project}, 'B' || k as benefit, {month}, 5000 + m as planned, 'EUR' as currency, "
            f"4500 + (p + m) % 900 as realised, k = 0 as validated, "
            f"'cashable' as class from {projects}, {some(2)}, {months}"
        ),
        "adoption": (
            f"select {project}, {month}, (m * 3 + p) % 500 as active_users, "
            f"500 as target_users from {projects}, {months}"
        ),
        "surveys": (
            f"select {project}, {day} as responded_on, ['nps', 'csat'][1 + k % 2] as kind, "
            f"1 + (p + k) % 5 as score, "
            f"40 as invited from {projects}, {some(40)}"
        ),
        "capacity": (
            f"select 'E' || e as person, {month}, 140 as hours, 'Team ' || e % 100 as team "
            f"from range({size.people}) as r(e), {months}"
        ),
        "skills": (
            "select 'E' || e as person, 'Skill ' || (e + s * 3) % 20 as skill "
            f"from range({size.people}) as r(e), range(2) as t(s)"
        ),
        "demand": (
            f"select {project}, 'Skill ' || (p + k) % 20 as skill, {month}, "
            f"60 + m as hours from {projects}, {some(3)}, {months}"
        ),
        "training": (
            f"select {project}, {month}, 20 as invited, m % 20 as completed "
            f"from {projects}, {months} where m % 6 = 0"
        ),
        "deployments": (
            f"select {project}, 'Service ' || k % 2 as service, {moment} as deployed_at, "
            f"{moment} - to_hours(30) as commit_at, "
            f"case when k % 9 = 0 then 'failed' else 'success' end as outcome from {projects}, {some(100)}"
        ),
        "incidents": (
            f"select {project}, 'Service ' || k % 2 as service, {moment} + to_hours(2) as opened_at, "
            f"{moment} + to_hours(7) as recovered_at from {projects}, {some(20)}"
        ),
        "actions": (
            f"select {project}, 'A' || k as action, {day} as due_on, "
            f"case when k % 4 > 0 then {day} end as done_on "
            f"from {projects}, {some(20)}"
        ),
        "decisions": (
            f"select {project}, 'C' || k as decision, {day} as asked_on, ({day} + 12)::date as decided_on, "
            f"'budget' as about from {projects}, {some(10)}"
        ),
        "initiatives": (
            f"select 'I' || p as initiative, ['idea', 'proof_of_concept', 'pilot'][1 + k] as stage, "
            f"(date '{FIRST_DAY}' + (200 * k + p % 300)::integer)::date as entered_on, "
            f"{project} from {projects}, {some(3)}"
        ),
    }
