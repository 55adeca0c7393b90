"""Erasing within rows: who is meant goes, in whatever form; whatever else stands there stays."""

from __future__ import annotations

import json
from dataclasses import replace

import pyarrow as pa
import pytest

from connectors.tabular.extract import CellFault, TableExtract
from connectors.timesheets.tables import TIMESHEET_ENTRIES
from pipelines.landing.erasing import Person
from pipelines.landing.erasures import NOBODY, Eraser
from pipelines.landing.pseudonyms import placeholder, pseudonym

KEY = "a key of at least sixteen characters"
ADA = Person(
    code="P7",
    codes={
        "people": frozenset({"P7"}),
        "timesheets": frozenset({"ada", "ada2"}),
        "ledger": frozenset({"1042"}),
        "jira": frozenset({"557058:f0-ad4", "al"}),
    },
    names=frozenset({"Ada Lovelace", "ada.l@acme.example"}),
)


@pytest.fixture
def eraser() -> Eraser:
    return Eraser(KEY, (ADA.unreadable(KEY),))


def gone(text: str) -> str:
    return placeholder(KEY, text)


@pytest.mark.parametrize(
    "text",
    ["Ada Lovelace", "ada  lovelace", "Lovelace, Ada", "LOVELACE ADA", "ada_lovelace", "ada.l@acme.example"],
)
def test_a_name_goes_in_every_form(eraser: Eraser, text: str) -> None:
    assert eraser.text(f"by {text}: done") == f"by {gone(text)}: done"


@pytest.mark.parametrize(
    "text", ["Ada", "Lovelace", "Ada met Lovelace", "Adam Lovelace", "ada", "1042", '"Ada","Lovelace"']
)
def test_what_is_no_whole_name_stays(eraser: Eraser, text: str) -> None:
    assert eraser.text(text) == text


def test_two_codes_of_one_person_stay_two(eraser: Eraser) -> None:
    rows = pa.table(
        {"person": ["ada", "ada2", "bob", "1042", None], "comment": ["mine", None, "ada", "x", "y"]}
    )
    cleaned, changed = eraser.rows(rows, "timesheets", "timesheet_entries")
    assert cleaned["person"].to_pylist() == [gone("ada"), gone("ada2"), "bob", "1042", None]
    assert cleaned["comment"].to_pylist() == [gone("ada"), None, "ada", "x", "y"]
    assert changed == 2


def test_a_code_within_the_ids_of_own_rows_goes_too(eraser: Eraser) -> None:
    rows = pa.table(
        {"posting_id": ["LAB-1042-7", "LAB-10427", "LAB-1042-8"], "person": ["1042", "1042", "bob"]}
    )
    cleaned, _ = eraser.rows(rows, "ledger", "postings")
    assert cleaned["posting_id"].to_pylist() == [f"LAB-{gone('1042')}-7", "LAB-10427", "LAB-1042-8"]


def test_an_erased_person_keeps_the_pseudonym() -> None:
    assert pseudonym(KEY, gone("P7")) == pseudonym(KEY, "P7") != pseudonym(KEY, "P8")
    assert gone(gone("P7")) == gone("P7")


def test_erasing_twice_changes_nothing_more(eraser: Eraser) -> None:
    rows = pa.table(
        {
            "person": ["ada"],
            "comment": ["Ada Lovelace"],
            "_attributes": ['{"mail": "x"}'],
            "_sheet": ["Ada Lovelace"],
        }
    )
    once, _ = eraser.rows(rows, "timesheets", "timesheet_entries")
    assert once.to_pylist() == [
        {
            "person": gone("ada"),
            "comment": gone("ada"),
            "_attributes": json.dumps({"erased": gone("ada")}),
            "_sheet": gone("Ada Lovelace"),
        }
    ]
    assert eraser.rows(once, "timesheets", "timesheet_entries") == (once, 0)


def test_codes_count_in_their_own_system_only(eraser: Eraser) -> None:
    crosswalk = pa.table(
        {"source_system": ["ledger", "timesheets"], "source_id": ["1042", "1042"], "person": ["P7", "P8"]}
    )
    cleaned, changed = eraser.rows(crosswalk, "reference", "people_crosswalk")
    assert cleaned["source_id"].to_pylist() == [gone("1042"), "1042"]
    assert cleaned["person"].to_pylist() == [gone("P7"), "P8"] and changed == 1


def test_jira_documents_lose_accounts_and_keep_the_rest(eraser: Eraser) -> None:
    document = '{"assignee":{"accountId":"557058:f0-ad4","displayName":"Ada Lovelace"},"key":"al","n":1.10,"of":"all"}'
    rows = pa.table(
        {
            "assignee_account": ["557058:f0-ad4"],
            "summary": ["Talk to Ada Lovelace"],
            "document": [document],
            "_place": ["issue A-1"],
        }
    )
    cleaned, _ = eraser.rows(rows, "jira", "issues")
    (row,) = cleaned.to_pylist()
    assert row["assignee_account"] == gone("557058:f0-ad4")
    assert row["summary"] == f"Talk to {gone('Ada Lovelace')}"
    assert row["document"] == document.replace("557058:f0-ad4", gone("557058:f0-ad4")).replace(
        "Ada Lovelace", gone("Ada Lovelace")
    ).replace('"al"', f'"{gone("al")}"')


def test_a_worklog_of_the_person_keeps_nothing_of_its_words(eraser: Eraser) -> None:
    rows = pa.table(
        {"author_account": ["al", "bo"], "comment": ["hers", "his"], "document": ['{"c":"hers"}', "{}"]}
    )
    cleaned, changed = eraser.rows(rows, "jira", "worklogs")
    assert cleaned["comment"].to_pylist() == [gone("al"), "his"]
    assert cleaned["document"].to_pylist() == [f'{{"erased": "{gone("al")}"}}', "{}"]
    assert changed == 1


def test_of_a_row_that_was_set_aside_the_content_goes(eraser: Eraser) -> None:
    rows = pa.table(
        {
            "source": ["raw_timesheets"] * 2,
            "content": [
                '{"who": "ada", "hours": "seven", "note": "secret"}',
                '{"who": "bob", "with": "Ada Lovelace"}',
            ],
            "message": ["row of ada: no number", "row of bob"],
            "place": ["D4", "D5"],
            "sheet": pa.array([None, None], pa.string()),
        }
    )
    cleaned, changed = eraser.set_aside(rows)
    assert changed == 2
    assert cleaned["content"].to_pylist() == [
        json.dumps({"erased": gone("ada")}),
        f'{{"who": "bob", "with": "{gone("Ada Lovelace")}"}}',
    ]
    assert cleaned["message"].to_pylist() == [f"row of {gone('ada')}: no number", "row of bob"]


def extract() -> TableExtract:
    columns: dict[str, list[object]] = {column.name: [None, None] for column in TIMESHEET_ENTRIES.columns}
    columns |= {"person": ["ada", "bob"], "comment": ["mine", "ours, says Ada Lovelace"]}
    fault = CellFault(0, "hours", "D2", "not_a_number", "seven", "D2: ada wrote seven")
    return TableExtract(
        TIMESHEET_ENTRIES,
        columns,
        sheets=[None, None],
        places=["A2:D2", "A3:D3"],
        contents=[{"person": "ada"}, {"person": "bob"}],
        attributes=[None, None],
        faults=[fault],
    )


def test_what_is_received_later_is_erased_before_it_is_judged(eraser: Eraser) -> None:
    cleaned = eraser.extract(extract())
    assert cleaned.columns["person"] == [gone("ada"), "bob"]
    assert cleaned.columns["comment"] == [gone("ada"), f"ours, says {gone('Ada Lovelace')}"]
    assert (cleaned.content(0), cleaned.content(1)) == (
        json.dumps({"erased": gone("ada")}),
        '{"person": "bob"}',
    )
    assert cleaned.faults[0].message == f"D2: {gone('ada')} wrote seven"


def test_where_nobody_was_erased_rows_stay_the_same_objects() -> None:
    whole = extract()
    assert NOBODY.extract(whole) is whole


def test_the_list_holds_no_name_and_no_code(eraser: Eraser) -> None:
    (listed,) = eraser.persons
    text = repr(replace(listed)).lower()
    assert not any(word in text for word in ("ada", "lovelace", "1042", "557058", "p7"))
