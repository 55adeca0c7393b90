"""Exports of timesheets in the forms in which they are documented: each is recognised, and its rows are stated here."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import yaml

from connectors.errors import UnreadableFile
from connectors.tabular.extract import TableExtract
from connectors.tabular.reader import FileReading

Reader = Callable[..., FileReading]
Row = dict[str, Any]


def written(
    rows: Sequence[Sequence[Any]], *, delimiter: str = ",", quoted: bool = False, end: str = "\n"
) -> str:
    text = io.StringIO()
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(rows)
    return text.getvalue()


def rows_of(header: str, *records: Row) -> list[list[Any]]:
    """Rows under a header as it is quoted in the exports' documentation; what a record leaves out is blank."""
    names = [name.strip() for name in header.split(",")]
    unknown = {name for record in records for name in record} - set(names)
    assert not unknown, unknown
    return [names, *([record.get(name, "") for name in names] for record in records)]


def clean(reading: FileReading, name: str) -> TableExtract:
    (extract,) = reading.extracts
    assert reading.readers == [f"format:{name}"]
    assert not extract.batch_faults and not extract.faults, (extract.batch_faults, extract.faults)
    return extract


def hours(extract: TableExtract) -> list[Decimal]:
    return [value.quantize(Decimal("0.0001")) for value in extract.columns["hours"]]


def decimals(*texts: str) -> list[Decimal]:
    return [Decimal(text).quantize(Decimal("0.0001")) for text in texts]


TEMPO = (
    "Issue Key, Issue summary, Hours, Work date, Username, Full name, Period, Account Key, Account Name, Account Lead, "
    "Account Category, Account Customer, Activity Name, Component, All Components, Version Name, Issue Type, "
    "Issue Status, Project Key, Project Name, Epic, Epic Link, Work Description, Parent Key, Reporter, External Hours, "
    "Billed Hours, Issue Original Estimate, Issue Remaining Estimate, Location Name"
)


def test_tempo_data_center(read_csv: Reader) -> None:
    entry = {
        "Issue Key": "ERP-1",
        "Username": "ann",
        "Full name": "Ann A",
        "Project Key": "ERP",
        "Period": "0126",
    }
    rows = rows_of(
        TEMPO,
        entry | {"Hours": "0.6666666666666666", "Work date": "2026-01-05 09:00", "Work Description": "a\nb"},
        entry | {"Hours": "3", "Work date": "2026-01-31 23:50", "Work Description": 'say "x"'},
        entry | {"Hours": "1.5", "Work date": "2026-02-01 00:10", "Username": "", "Full name": "Bob B [X]"},
        entry | {"Hours": "2", "Work date": "2026-02-02 08:00", "Project Key": "", "Account Key": "RUN-1"},
    )
    extract = clean(read_csv("tempo.csv", written(rows, quoted=True), source="timesheets"), "tempo_dc")
    assert hours(extract) == decimals("0.6667", "3", "1.5", "2")
    assert extract.columns["work_date"][1:3] == [date(2026, 1, 31), date(2026, 2, 1)]
    assert extract.columns["person"] == ["ann", "ann", "Bob B", "ann"]
    assert extract.columns["project"] == ["ERP", "ERP", "ERP", "RUN-1"]
    assert extract.columns["comment"][:2] == ["a\nb", 'say "x"']
    assert set(extract.columns["status"]) == {"unknown"} and set(extract.columns["entry_id"]) == {None}
    assert '"Period": "0126"' in str(extract.attributes[0])


CLOCKIFY_15 = (
    "Project, Client, Description, Task, User, Tags, Billable, Start Date, Start Time, End Date, End Time, "
    "Duration (h), Duration (decimal), Billable Rate (USD), Billable Amount (USD)"
)
CLOCKIFY_17 = (
    "Project, Client, Description, Task, User, Group, Email, Tags, Billable, Start Date, Start Time, End Date, "
    "End Time, Duration (h), Duration (decimal), Billable Rate (EUR), Billable Amount (EUR)"
)
CLOCKIFY_18 = f"{CLOCKIFY_17}, Date of creation"
CLOCKIFY_21 = f"{CLOCKIFY_18}, Type, Invoiced, Invoice ID"


@pytest.mark.parametrize("header", [CLOCKIFY_15, CLOCKIFY_17, CLOCKIFY_18, CLOCKIFY_21])
@pytest.mark.parametrize(
    ("days", "clock"),
    [
        (("10/15/2024", "01/02/2024"), ("11:00:00 AM", "01:17:00")),
        (("15/10/2024", "02/01/2024"), ("11:00", "1:17")),
        (("2024-10-15", "2024-01-02"), ("11:00", "1:17")),
        (("15.10.2024", "02.01.2024"), ("11:00:00", "01:17:00")),
    ],
)
def test_clockify_by_the_profile_of_who_exports(
    read_csv: Reader, header: str, days: tuple[str, str], clock: tuple[str, str]
) -> None:
    entry = {
        "Project": "ERP",
        "User": "Ann A",
        "Billable": "Yes",
        "Start Time": clock[0],
        "Tags": "Group1, Group2",
    }
    entry |= {"Email": "ann@x.test"} if "Email" in header else {}
    rows = rows_of(
        header,
        entry
        | {"Start Date": days[0], "Duration (h)": clock[1], "Duration (decimal)": "1.28", "Task": "Build"},
        entry
        | {
            "Start Date": days[1],
            "Duration (h)": "25:30:00",
            "Duration (decimal)": "25.50",
            "Billable": "No",
        },
    )
    extract = clean(read_csv("clockify.csv", written(rows, quoted=True), source="timesheets"), "clockify")
    assert extract.columns["work_date"] == [date(2024, 10, 15), date(2024, 1, 2)]
    assert hours(extract) == decimals("1.2833", "25.5")
    assert extract.columns["billable"] == [True, False] and extract.columns["task"] == ["Build", None]
    assert extract.columns["person"] == ["ann@x.test" if "Email" in header else "Ann A"] * 2


def test_clockify_with_a_renamed_task_and_without_what_a_plan_lacks(read_csv: Reader) -> None:
    header = "Project, Description, Activity, User, Email, Start Date, Start Time, Duration (h), Duration (decimal)"
    entry = {
        "Project": "",
        "Activity": "Build",
        "User": "Ann",
        "Email": "a@x.test",
        "Start Date": "22/06/2026",
    }
    rows = rows_of(header, entry | {"Duration (h)": "0:13"})
    extract = clean(read_csv("clockify.csv", written(rows), source="timesheets"), "clockify")
    assert (extract.columns["task"], extract.columns["project"]) == (["Build"], ["(no project)"])
    assert hours(extract) == decimals("0.2167") and extract.columns["billable"] == [None]


def ambiguous(header: str = CLOCKIFY_17) -> str:
    entry = {"Project": "ERP", "User": "Ann", "Email": "a@x.test", "Duration (h)": "1:00"}
    rows = rows_of(header, entry | {"Start Date": "03/04/2024"}, entry | {"Start Date": "05/06/2024"})
    return written(rows)


def test_days_that_may_be_months_are_refused_until_the_order_is_declared(read_csv: Reader) -> None:
    (extract,) = read_csv("clockify.csv", ambiguous(), source="timesheets").extracts
    (fault,) = extract.batch_faults
    assert fault.rule == "ambiguous" and "'03/04/2024'" in fault.message
    assert "columns.work_date.format" in fault.message and "like: clockify" in fault.message
    declared = {
        "ours": {
            "like": "clockify",
            "files": "timesheets/clockify*.csv",
            "columns": {"work_date": {"header": "Start Date", "format": "DD/MM/YYYY"}},
        }
    }
    reading = read_csv("clockify.csv", ambiguous(), source="timesheets", layouts=declared)
    (extract,) = reading.extracts
    assert reading.readers == ["layout:ours"] and not extract.batch_faults and not extract.faults
    assert extract.columns["work_date"] == [date(2024, 4, 3), date(2024, 6, 5)]


def test_days_written_in_two_ways_are_refused_with_one_of_each(read_csv: Reader) -> None:
    entry = {"Project": "ERP", "User": "Ann", "Email": "a@x.test", "Duration (h)": "1:00"}
    days = ["10/15/2024", "10/16/2024", "17/10/2024"]
    rows = rows_of(CLOCKIFY_17, *(entry | {"Start Date": day} for day in days))
    (extract,) = read_csv("clockify.csv", written(rows), source="timesheets").extracts
    (fault,) = extract.batch_faults
    assert fault.rule == "ambiguous"
    assert "'10/15/2024' reads as MM/DD/YYYY only and '17/10/2024' as DD/MM/YYYY only" in fault.message
    declared = {"work_date": {"header": "Start Date", "format": "MM/DD/YYYY"}}
    layouts = {"ours": {"like": "clockify", "files": "timesheets/*.csv", "columns": declared}}
    (extract,) = read_csv("clockify.csv", written(rows), source="timesheets", layouts=layouts).extracts
    assert extract.columns["work_date"][:2] == [date(2024, 10, 15), date(2024, 10, 16)]
    assert [(f.column, f.content) for f in extract.faults] == [("work_date", "17/10/2024")]


TOGGL = (
    "User, Email, Client, Project, Task, Description, Billable, Start date, Start time, End date, End time, "
    "Duration, Tags"
)


@pytest.mark.parametrize("amount", [", Amount (EUR)", ", Amount ()", ""])
@pytest.mark.parametrize("task", ["Task, ", ""])
def test_toggl_with_a_byte_order_mark(read_csv: Reader, amount: str, task: str) -> None:
    header = TOGGL.replace("Task, ", task) + amount
    entry = {"User": "Ann", "Email": "a@x.test", "Project": "ERP", "Description": "Été", "Billable": "No"}
    rows = rows_of(
        header,
        entry | {"Start date": "2026-01-05", "Start time": "09:00:00", "Duration": "0:05:38"},
        entry | {"Start date": "2026-01-06", "Start time": "09:00:00", "Duration": "26:00:00"},
    )
    extract = clean(read_csv("toggl.csv", "\ufeff" + written(rows), source="timesheets"), "toggl")
    assert hours(extract) == decimals("0.0939", "26")
    assert extract.columns["work_date"] == [date(2026, 1, 5), date(2026, 1, 6)]
    assert extract.columns["billable"] == [False, False] and extract.columns["comment"] == ["Été"] * 2


def toggl(*entries: tuple[str, str, str]) -> str:
    """Entries as start, end and duration."""
    entry = {"User": "Ann", "Email": "a@x.test", "Project": "ERP", "Start date": "2026-01-05"}
    return written(
        rows_of(
            TOGGL,
            *(
                entry | {"Start time": start, "End time": end, "Duration": took}
                for start, end, took in entries
            ),
        )
    )


@pytest.mark.parametrize(
    ("entries", "meant"),
    [
        ([("09:00:00", "09:45:30", "45:30"), ("10:00:00", "11:45:30", "1:45:30")], ("0.7583", "1.7583")),
        ([("09:00:00", "09:45:30", "45:30 min"), ("10:00:00", "11:45:30", "01:45:30")], ("0.7583", "1.7583")),
        ([("09:00:00", "10:30:00", "1:30"), ("23:30:00", "00:15:00", "0:45")], ("1.5", "0.75")),
        ([("9:00 AM", "9:45 PM", "12:45"), ("", "", "8:00")], ("12.75", "8")),
        ([("09:00:00", "06:30:00", "45:30"), ("09:00:00", "10:15:00", "1:15")], ("45.5", "1.25")),
        ([("", "", "75:30"), ("", "", "45:30")], ("75.5", "45.5")),
        ([("", "", "0:45:30"), ("", "", "1:45:30")], ("0.7583", "1.7583")),
    ],
)
def test_toggl_durations_are_what_lies_between_their_times(
    read_csv: Reader, entries: list[tuple[str, str, str]], meant: tuple[str, str]
) -> None:
    extract = clean(read_csv("toggl.csv", toggl(*entries), source="timesheets"), "toggl")
    assert hours(extract) == decimals(*meant)


def test_toggl_durations_without_times_are_refused_until_they_are_declared(read_csv: Reader) -> None:
    text = toggl(("", "", "45:30"), ("", "", "1:45:30"))
    (fault,) = read_csv("toggl.csv", text, source="timesheets").extracts[0].batch_faults
    assert fault.rule == "ambiguous" and "reads as h:mm and as mm:ss" in fault.message
    assert "columns.hours.format" in fault.message
    declared = {"hours": {"format": "mm:ss"}}
    layouts = {"ours": {"like": "toggl", "files": "timesheets/*", "columns": declared}}
    (extract,) = read_csv("toggl.csv", text, source="timesheets", layouts=layouts).extracts
    assert hours(extract) == decimals("0.7583", "1.7583") and not extract.faults


def test_times_that_contradict_each_other_settle_nothing(read_csv: Reader) -> None:
    text = toggl(("09:00:00", "09:45:30", "45:30"), ("10:00:00", "11:30:00", "1:30"))
    (fault,) = read_csv("toggl.csv", text, source="timesheets").extracts[0].batch_faults
    assert fault.rule == "ambiguous"


def test_entries_that_differ_only_right_of_what_is_read_are_two(read_csv: Reader) -> None:
    entry = {
        "User": "Ann",
        "Email": "a@x.test",
        "Project": "ERP",
        "Start date": "2026-01-05",
        "Duration": "1:00:00",
    }
    rows = rows_of(TOGGL, entry | {"Tags": "a"}, entry | {"Tags": "b"}, entry | {"Tags": "b"})
    extract = clean(read_csv("toggl.csv", written(rows), source="timesheets"), "toggl")
    assert len(extract) == 2 and [left.place for left in extract.left_out] == ["A4:M4"]
    assert '"Tags": "b"' in str(extract.attributes[1])


HARVEST_21 = (
    "Date, Client, Project, Project Code, Task, Notes, Hours, Billable?, Invoiced?, Approved?, First Name, Last Name, "
    "Employee Id, Roles, Employee?, Billable Rate, Billable Amount, Cost Rate, Cost Amount, Currency, "
    "External Reference URL"
)
HARVEST_20 = HARVEST_21.replace("Employee Id, ", "")


@pytest.mark.parametrize("header", [HARVEST_21, HARVEST_20, HARVEST_21 + ", Hours Rounded, Department"])
@pytest.mark.parametrize(
    ("day", "amounts"),
    [("2015-01-26", ("7.5", "0.25", "2000")), ("26.01.2015", ("7,5", "20,0", "2.000,0"))],
)
def test_harvest_by_the_settings_of_the_account(
    read_csv: Reader, header: str, day: str, amounts: tuple[str, ...]
) -> None:
    entry = {
        "Date": day,
        "Client": "Acme",
        "Project": "Refonte",
        "Task": "Dev",
        "First Name": "Ann",
        "Last Name": "A",
    }
    entry |= {"Billable?": "Yes", "Approved?": "No", "Currency": "Euro - EUR", "Roles": "Dev, Lead"}
    rows = rows_of(header, *(entry | {"Hours": amount, "Notes": f"n{n}"} for n, amount in enumerate(amounts)))
    rows[-1][9] = "Yes"
    extract = clean(read_csv("harvest.csv", written(rows, end="\r\n"), source="timesheets"), "harvest")
    expected = ("7.5", "20", "2000") if "," in amounts[0] else amounts
    assert hours(extract) == decimals(*expected)
    assert set(extract.columns["work_date"]) == {date(2015, 1, 26)} and set(extract.columns["person"]) == {
        "Ann A"
    }
    assert extract.columns["status"] == ["unknown", "unknown", "approved"]
    assert extract.columns["role"][0] == "Dev, Lead" and extract.columns["billable"] == [True] * 3


def test_a_declared_notation_is_named_by_what_it_is(read_csv: Reader) -> None:
    text = toggl(("", "", "1.5"), ("", "", "0.75"))
    extract = clean(read_csv("toggl.csv", text, source="timesheets"), "toggl")
    assert [each.notation for each in extract.sources if each.column == "hours"] == ["decimal mark '.'"]


def test_hours_that_may_be_thousands_are_refused_until_the_mark_is_declared(read_csv: Reader) -> None:
    entry = {
        "Date": "2026-01-26",
        "Client": "A",
        "Project": "P",
        "Task": "T",
        "First Name": "Ann",
        "Last Name": "A",
    }
    text = written(rows_of(HARVEST_21, entry | {"Hours": "1.500"}))
    (extract,) = read_csv("harvest.csv", text, source="timesheets").extracts
    (fault,) = extract.batch_faults
    assert (
        fault.rule == "ambiguous" and "amount.decimal" in fault.message and "like: harvest" in fault.message
    )
    layouts = {"ours": {"like": "harvest", "files": "timesheets/*.csv", "amount": {"decimal": "."}}}
    (extract,) = read_csv("harvest.csv", text, source="timesheets", layouts=layouts).extracts
    assert not extract.batch_faults and hours(extract) == decimals("1.5")


KIMAI = (
    "date, begin, end, duration, currency, rate, internalRate, hourlyRate, fixedRate, alias, username, email, "
    "account_number, customer, project, activity, description, billable, tags, type, category, number, project_number, "
    "vat_id, orderNumber"
)
KIMAI_ENTRY = {
    "date": "2026-01-05",
    "begin": "09:00",
    "end": "10:20",
    "username": "ann",
    "project": "Refonte",
}
KIMAI_ENTRY |= {"activity": "Dev", "billable": "1"}


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize(
    "header", [KIMAI, KIMAI.replace("currency, rate, internalRate, hourlyRate, fixedRate, ", "")]
)
def test_kimai_csv(read_csv: Reader, delimiter: str, header: str) -> None:
    rows = rows_of(
        header,
        KIMAI_ENTRY
        | {"duration": "1.33", "account_number": "E001", "project_number": "P1", "description": "a\nb"},
        KIMAI_ENTRY | {"duration": "26.5", "email": "ann@x.test"},
    )
    extract = clean(read_csv("kimai.csv", written(rows, delimiter=delimiter), source="timesheets"), "kimai")
    assert hours(extract) == decimals("1.33", "26.5")
    assert extract.columns["person"] == ["E001", "ann@x.test"] and extract.columns["project"] == [
        "P1",
        "Refonte",
    ]
    assert extract.columns["comment"] == ["a\nb", None]


@pytest.mark.parametrize("is_calculated", [True, False])
def test_kimai_xlsx_with_durations_and_a_totals_row_without_a_label(
    read_xlsx: Reader, is_calculated: bool
) -> None:
    entry = KIMAI_ENTRY | {"date": date(2026, 1, 5)}
    total = timedelta(hours=38, minutes=30) if is_calculated else "=SUBTOTAL(9,D2:D3)"
    rows = rows_of(
        KIMAI,
        entry | {"duration": timedelta(hours=37, minutes=30), "rate": 10},
        entry | {"duration": timedelta(hours=1), "rate": 20},
        {"duration": total, "rate": 30},
    )

    def show_hours(book: Any) -> None:
        for cell in book.active["D"]:
            cell.number_format = "[hh]:mm"

    reading = read_xlsx("kimai.xlsx", {"Export": rows}, source="timesheets", change=show_hours)
    extract = clean(reading, "kimai")
    assert hours(extract) == decimals("37.5", "1")
    assert [left.place for left in extract.left_out] == ["A4:Y4"] and "total" in extract.left_out[0].reason
    assert [(t.place, t.is_off) for t in extract.control_totals] == ([("D4", False)] if is_calculated else [])


@pytest.mark.parametrize(
    ("name", "header", "billable"),
    [
        (
            "kimai_template",
            "Date,From,To,Duration,Name,User,Staff number,Customer,Project,Activity,Billable",
            "Yes",
        ),
        (
            "kimai_template_de",
            "Datum,Von,Bis,Dauer,Name,Benutzer,Personalnummer,Kunde,Projekt,Tätigkeit,Abrechenbar",
            "Ja",
        ),
        (
            "kimai_template_fr",
            "Date,De,À,Durée,Nom,Nom d'utilisateur,Numéro d'équipe,Client,Projet,Activité,Facturable",
            "Oui",
        ),
    ],
)
def test_kimai_with_translated_headers(read_csv: Reader, name: str, header: str, billable: str) -> None:
    text = f"{header}\n2026-01-05,09:00,10:20,1:20,Ann A,ann,E001,Acme,Refonte,Dev,{billable}\n"
    extract = clean(read_csv("kimai.csv", text, source="timesheets"), name)
    assert hours(extract) == decimals("1.3333") and extract.columns["billable"] == [True]
    assert extract.columns["person"] == ["E001"] and extract.columns["project"] == ["Refonte"]


CATS = "COUNTER;PERNR;WORKDATE;CATSHOURS;MEINH;LSTAR;POSID;RAUFNR;STATUS;LTXA1"


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_sap_cats(read_csv: Reader, delimiter: str) -> None:
    lines = [
        CATS,
        "000000000001;42;05.01.2026;7,50;H;1410;P-0001.01;;30;Étude",
        "000000000002;00000042;06.01.2026;1,5-;H;1410;P-0001.01;;30;",
        "000000000003;00000042;07.01.2026;8,00;H;1410;;700001;20;",
        "000000000004;00000042;08.01.2026;8,00;H;1410;P-0001.01;;50;",
        "000000000005;00000042;08.01.2026;6,00;H;1410;P-0001.01;;60;",
        "000000000006;00000042;19.01.2026;4,00;H;1410;P-0001.01;;10;",
        "000000000007;00000042;20.01.2026;4,00;H;1410;P-0001.01;;40;",
    ]
    text = "\r\n".join(lines).replace(";", delimiter)
    reading = read_csv("cats.txt", text.encode("cp1252"), source="timesheets")
    extract = clean(reading, "sap_cats")
    assert hours(extract) == decimals("7.5", "-1.5", "8", "4", "4")
    assert set(extract.columns["person"]) == {"00000042"} and extract.columns["project"][2] == "700001"
    assert extract.columns["status"] == ["approved", "approved", "submitted", "draft", "rejected"]
    assert extract.columns["entry_id"][0] == "000000000001" and extract.columns["comment"][0] == "Étude"
    assert extract.columns["work_date"][3] == date(2026, 1, 19)
    assert [left.reason for left in extract.left_out] == [
        "STATUS is 50 (rows.drop_when of sap_cats)",
        "STATUS is 60 (rows.drop_when of sap_cats)",
    ]


def test_sap_cats_days_need_the_hours_of_one(read_csv: Reader) -> None:
    text = "PERNR;WORKDATE;CATSHOURS;MEINH;POSID;STATUS\n1;20260105;0.5;T;P-1;30\n1;20260106;7;H;P-1;30\n"
    (extract,) = read_csv("cats.csv", text, source="timesheets").extracts
    assert [(f.rule, f.place, f.content) for f in extract.faults] == [("unknown_unit", "C2", "0.5")]
    hours_column = {"header": "CATSHOURS", "unit": {"header": "MEINH", "hours_each": {"H": 1, "T": "7.5"}}}
    layouts = {"ours": {"like": "sap_cats", "files": "timesheets/*.csv", "columns": {"hours": hours_column}}}
    (extract,) = read_csv("cats.csv", text, source="timesheets", layouts=layouts).extracts
    assert not extract.faults and hours(extract) == decimals("3.75", "7")


def test_sap_cats_without_a_status_is_refused(read_csv: Reader) -> None:
    """A record that was changed after its approval, and the one that replaces it, would both count."""
    text = "PERNR;WORKDATE;CATSHOURS;MEINH;POSID\n1;20260105;8;H;P-1\n1;20260105;6;H;P-1\n"
    (extract,) = read_csv("cats.csv", text, source="timesheets").extracts
    assert [fault.rule for fault in extract.batch_faults] == ["missing_column"]
    assert "no column is headed 'STATUS'" in extract.batch_faults[0].message


def test_what_a_message_on_a_known_export_says_to_write_is_taken(read_csv: Reader) -> None:
    """Nothing of pmo.yaml is named that does not stand there; what is named can be written there."""
    header = "Project, User, Start Date, Duration (h)"
    entry = {"Project": "P", "User": "ann", "Duration (h)": "1:00"}
    text = written(rows_of(header, entry | {"Start Date": "03/04/2026"}))
    (fault,) = read_csv("clockify.csv", text, source="timesheets").extracts[0].batch_faults
    assert "layouts.clockify" not in fault.message
    said = re.search(r"layouts: \{.*\}", fault.message)
    assert said is not None
    assert said[0] == (
        'layouts: {my_clockify: {like: clockify, files: "…", columns: {work_date: {format: …}}}}'
    )
    layouts = yaml.safe_load(said[0].replace('"…"', "timesheets/*").replace("…", "DD/MM/YYYY"))["layouts"]
    (extract,) = read_csv("clockify.csv", text, source="timesheets", layouts=layouts).extracts
    assert extract.columns["work_date"] == [date(2026, 4, 3)] and not extract.batch_faults


def test_a_column_that_a_known_export_lacks_is_named_with_the_layout_to_add(read_csv: Reader) -> None:
    text = "PERNR,WORKDATE,CATSHOURS,POSID\n1,20260105,8,P-1\n"
    (fault,) = read_csv("cats.csv", text, source="timesheets").extracts[0].batch_faults
    assert "layouts.sap_cats" not in fault.message
    assert 'my_sap_cats: {like: sap_cats, files: "…", columns: {status: {header: …}}}' in fault.message


@pytest.mark.parametrize("label", ["Total", ""])
def test_a_row_of_sums_below_the_entries_is_left_out(read_csv: Reader, label: str) -> None:
    entry = {
        "Project": "ERP",
        "User": "Ann",
        "Email": "a@x.test",
        "Start Date": "2024-10-15",
        "Duration (h)": "1:00",
    }
    rows = rows_of(CLOCKIFY_17, entry, {"Project": label, "Duration (h)": "1:00"})
    extract = clean(read_csv("clockify.csv", written(rows), source="timesheets"), "clockify")
    assert hours(extract) == decimals("1") and [left.place[:2] for left in extract.left_out] == ["A3"]


PROJECT_ROWS: list[Row] = [
    {
        "TimesheetLineId": "l-1",
        "TimeByDay": "2026-01-05T00:00:00",
        "AdjustmentIndex": 0,
        "ActualWorkBillable": "7.500000",
    },
    {
        "TimesheetLineId": "l-1",
        "TimeByDay": "2026-01-05T00:00:00",
        "AdjustmentIndex": 1,
        "ActualWorkBillable": "-1.5",
    },
    {
        "TimesheetLineId": "l-2",
        "TimeByDay": "2026-01-06T00:00:00",
        "AdjustmentIndex": 0,
        "ActualWorkBillable": "1",
        "ActualWorkNonBillable": "2",
        "ActualOvertimeWorkBillable": "0.5",
        "ActualOvertimeWorkNonBillable": "0",
    },
]
PROJECT_NAMES: Row = {
    "ResourceName": "Ann",
    "ProjectName": "ERP",
    "TaskName": "Build",
    "TimesheetLineStatus": "Approved",
}
PROJECT_HEADER = (
    "TimesheetLineId, TimeByDay, AdjustmentIndex, ActualWorkBillable, ActualWorkNonBillable, "
    "ActualOvertimeWorkBillable, ActualOvertimeWorkNonBillable, ResourceName, ProjectName, TaskName, "
    "TimesheetLineStatus"
)


def _is_project(extract: TableExtract) -> None:
    assert hours(extract) == decimals("7.5", "-1.5", "3.5") and sum(extract.columns["hours"]) == Decimal(
        "9.5"
    )
    assert extract.columns["work_date"] == [date(2026, 1, 5)] * 2 + [date(2026, 1, 6)]
    assert len(set(extract.columns["entry_id"])) == 3 and set(extract.columns["status"]) == {"approved"}
    assert set(extract.columns["project"]) == {"ERP"} and set(extract.columns["person"]) == {"Ann"}


def test_microsoft_project_csv(read_csv: Reader) -> None:
    rows = rows_of(PROJECT_HEADER, *(row | PROJECT_NAMES for row in PROJECT_ROWS))
    _is_project(clean(read_csv("project.csv", written(rows), source="timesheets"), "ms_project"))


@pytest.mark.parametrize("wrap", [lambda rows: {"value": rows}, lambda rows: {"d": {"results": rows}}])
def test_microsoft_project_odata(read_csv: Reader, wrap: Callable[[Any], Any]) -> None:
    text = json.dumps(wrap([row | PROJECT_NAMES for row in PROJECT_ROWS]))
    _is_project(clean(read_csv("project.json", text, source="timesheets"), "ms_project"))


def test_everhour(read_csv: Reader) -> None:
    task = {"id": "ev:1", "name": "Build", "projects": ["ev:10", "ev:11"], "unbillable": True}
    records = [
        {
            "id": 1,
            "time": 5400,
            "user": 7,
            "date": "2026-01-05",
            "task": task,
            "isLocked": True,
            "comment": "x",
        },
        {
            "id": 2,
            "time": 1200,
            "user": 7,
            "date": "2026-01-05",
            "task": task | {"projects": []},
            "isLocked": False,
        },
    ]
    extract = clean(read_csv("everhour.json", json.dumps(records), source="timesheets"), "everhour")
    assert hours(extract) == decimals("1.5", "0.3333") and extract.columns["project"] == [
        "ev:10",
        "(no project)",
    ]
    assert extract.columns["status"] == ["approved", "unknown"] and extract.columns["billable"] == [
        False,
        False,
    ]
    assert extract.columns["entry_id"] == ["1", "2"] and extract.columns["person"] == ["7", "7"]


def test_everhour_with_persons_as_objects(read_csv: Reader) -> None:
    record = {"id": 1, "time": 5400, "date": "2026-01-05", "task": {"id": "t1", "projects": ["p1"]}}
    records = [
        record | {"user": {"id": 7, "name": "Ann"}},
        record | {"id": 2, "user": {"id": 8, "name": "Bob"}},
    ]
    extract = clean(read_csv("everhour.json", json.dumps(records), source="timesheets"), "everhour")
    assert extract.columns["person"] == ["Ann", "Bob"] and hours(extract) == decimals("1.5", "1.5")
    text = "id,time,user.id,user.name,date,task.id\n1,5400,7,Ann,2026-01-05,t1\n"
    extract = clean(read_csv("everhour.csv", text, source="timesheets"), "everhour")
    assert extract.columns["person"] == ["Ann"] and extract.columns["project"] == ["(no project)"]


def test_tempo_cloud_answer(read_csv: Reader) -> None:
    record = {
        "tempoWorklogId": 126,
        "issue": {"id": 10021},
        "timeSpentSeconds": 1200,
        "billableSeconds": 0,
        "startDate": "2026-01-05",
        "startDateTimeUtc": "2026-01-04T23:30:00Z",
        "description": "",
        "updatedAt": "2026-02-06T16:41:41Z",
        "author": {"accountId": "aaa"},
    }
    text = json.dumps({"metadata": {"count": 1}, "results": [record]})
    extract = clean(read_csv("tempo.json", text, source="timesheets"), "tempo_cloud")
    assert hours(extract) == decimals("0.3333") and extract.columns["work_date"] == [date(2026, 1, 5)]
    assert (extract.columns["project"], extract.columns["entry_id"]) == (["issue 10021"], ["126"])
    assert extract.columns["updated_at"] == [datetime.fromisoformat("2026-02-06T16:41:41")]


def test_jira_worklogs_lie_on_the_day_of_the_organisation(read_csv: Reader) -> None:
    worklog = {
        "id": "1",
        "issueId": "10021",
        "author": {"accountId": "aaa"},
        "started": "2026-01-31T23:30:00.000+0000",
        "updated": "2026-02-01T08:00:00.123+0100",
        "timeSpentSeconds": 12000,
    }
    text = json.dumps({"worklogs": [worklog], "total": 1})
    extract = clean(read_csv("worklogs.json", text, source="timesheets"), "jira_worklogs")
    assert extract.columns["work_date"] == [date(2026, 2, 1)] and hours(extract) == decimals("3.3333")
    assert extract.columns["updated_at"] == [datetime.fromisoformat("2026-02-01T07:00:00.123")]


@pytest.mark.parametrize(
    "page",
    [
        {"metadata": {"next": "https://api.tempo.io/4/worklogs?offset=1"}},
        {"total": 2, "startAt": 0},
        {"isLast": False},
        {"@odata.nextLink": "https://x.test/odata?skip=1"},
    ],
)
def test_one_page_of_several_is_remarked_on(read_csv: Reader, page: dict[str, Any]) -> None:
    record = {"id": 1, "time": 60, "user": 7, "date": "2026-01-05", "task": {"id": "ev:1"}}
    reading = read_csv("page.json", json.dumps(page | {"results": [record]}), source="timesheets")
    assert [remark.rule for remark in reading.notes.remarks] == ["one_page"]
    whole = read_csv("page.json", json.dumps({"total": 1, "results": [record]}), source="timesheets")
    assert not whole.notes.remarks


def test_approvals_alone_are_refused_by_name(read_csv: Reader) -> None:
    record = {"requiredSeconds": 1, "timeSpentSeconds": 1, "status": {"key": "OPEN"}}
    with pytest.raises(UnreadableFile, match="tempo_cloud_approvals"):
        read_csv("approvals.json", json.dumps({"results": [record]}), source="timesheets")


@pytest.mark.parametrize(
    "header",
    ["Worker,Calendar Date,Quantity,Project", "RESOURCE_EMAIL,PROJECT_NUMBER,WORK_DATE,QUANTITY"],
)
def test_a_report_with_headers_of_its_own_needs_a_layout(read_csv: Reader, header: str) -> None:
    with pytest.raises(UnreadableFile, match=r"layouts: in pmo\.yaml"):
        read_csv("report.csv", f"{header}\na,b,c,d\n", source="timesheets")
