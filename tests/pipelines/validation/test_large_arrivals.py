"""A file that is received in pieces lands, quarantines, reports and refuses as one that is read at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.tabular import large_csv
from pipelines.settings import Home, load_settings
from pipelines.validation.arrivals import Arrival, receive_inbox

HEADER = "posting_id,project,cost_category,posted_on,amount,currency,origin\n"


def postings(numbers, amount="10.50"):
    return HEADER + "".join(f"{n},PAY,dev,2026-01-31,{amount},EUR,journal\n" for n in numbers)


VERSIONS = {
    "first": postings(range(300))
    + "bad,PAY,dev,31.01.2026,1,EUR,journal\n1,PAY,dev,2026-01-31,11,EUR,journal\n",
    "corrected": postings(range(290)) + "bad,PAY,dev,2026-01-31,1,EUR,journal\n",
    "cut off": postings(range(20)),
    "broken": postings(range(5)) + "6,PAY,dev,2026-01-31,10,50,EUR,journal\n",
    "of another type": HEADER + "".join(f"{n},PAY,dev,31.01.2026,1,EUR,journal\n" for n in range(20)),
    "repeated": postings([1, 2, 2, 3]),
}


def received(root: Path, contents: list[str]) -> list[Arrival]:
    root.mkdir()
    (root / "pmo.yaml").write_text("organisation: Acme\ncurrency: EUR\n")
    file = root / "inbox/ledger/postings.csv"
    file.parent.mkdir(parents=True)
    home, arrivals = Home(root), []
    for content in contents:
        file.write_text(content)
        arrivals += [a for a in receive_inbox(home, load_settings(home), "ledger") if a.object == "postings"]
    return arrivals


def landed(root: Path) -> list[list[tuple[object, ...]]]:
    import duckdb

    found = []
    for pattern in (
        "data/raw_ledger/postings",
        "data/control/quarantined_rows",
        "data/control/left_out_rows",
    ):
        files = sorted(root.glob(f"landing/{pattern}/*/*.parquet"))
        found += [
            duckdb.execute("select * from read_parquet(?, hive_partitioning = false)", [str(f)]).fetchall()
            for f in files
        ]
    return found


def told(arrival: Arrival) -> tuple[object, ...]:
    checks = [(c.name, c.passed, c.rows) for c in arrival.checks if not c.passed]
    return (
        arrival.status,
        arrival.rows_in,
        arrival.loaded,
        arrival.quarantined,
        arrival.left_out,
        sorted(checks),
    )


@pytest.mark.parametrize(
    "order",
    [["first"], ["first", "corrected"], ["first", "cut off"], ["repeated"], ["first", "first", "repeated"]],
    ids=" then ".join,
)
def test_both_ways_give_the_same(order, tmp_path, monkeypatch):
    contents = [VERSIONS[name] for name in order]
    at_once = received(tmp_path / "at_once", contents)
    monkeypatch.setattr(large_csv, "LARGE", 0)
    in_pieces = received(tmp_path / "in_pieces", contents)
    assert [told(each) for each in in_pieces] == [told(each) for each in at_once]
    assert landed(tmp_path / "in_pieces") == landed(tmp_path / "at_once")


@pytest.mark.parametrize("name", ["broken", "of another type"])
def test_a_refused_file_leaves_nothing_and_says_what_to_do(name, tmp_path, monkeypatch):
    monkeypatch.setattr(large_csv, "LARGE", 0)
    (arrival,) = received(tmp_path / "home", [VERSIONS[name]])
    assert arrival.status == "refused"
    expected = {
        "broken": "Line: 7",
        "of another type": "none of the 20 values in the column 'posted_on' reads as a date",
    }
    assert expected[name] in (arrival.message or "")
    assert not list((tmp_path / "home").glob("landing/manifests/raw_ledger/**/*.json"))
    assert not list((tmp_path / "home").glob("landing/unfinished/**/*.parquet"))


def test_a_large_file_is_received_in_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(large_csv, "LARGE", 1000)
    monkeypatch.setattr(large_csv, "PIECE", 2048)
    (arrival,) = received(tmp_path / "home", [postings(range(5000))])
    assert (arrival.status, arrival.loaded) == ("landed", 5000)
    (manifest,) = (tmp_path / "home").glob("landing/manifests/raw_ledger/postings/*.json")
    assert json.loads(manifest.read_text())["rows"]["loaded"] == 5000
