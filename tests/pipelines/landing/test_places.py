"""An inbox on this machine, in S3 or on an SFTP server: the same files land, and an outage is no empty inbox."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from connectors.errors import SourceUnreachable, UnreadableFile
from pipelines.landing.fetched import FetchedFiles
from pipelines.landing.inbox import inbox_files, stray_entries
from pipelines.landing.locations import inbox_place
from pipelines.landing.refused import refused_sources
from pipelines.landing.remarks import GONE_FILES, noted_remarks
from pipelines.landing.store import LandingStore
from pipelines.settings import Home, SettingsError, load_settings
from pipelines.validation.arrivals import Arrival, receive_inbox
from pipelines.validation.inbox_arrivals import read_inbox_file
from tests.pipelines.conftest import Inbox

HEADER = "invoice_no,line_no,project,cost_category,posted_on,amount,currency\n"
ROW = "I-1,1,PAY,service,2026-01-31,100.00,EUR\n"
SECOND = "I-2,1,PAY,service,2026-01-31,50.00,EUR\n"


def received(inbox: Inbox, source: str = "ledger") -> list[Arrival]:
    """The arrivals of files; tables without one are left out."""
    arrivals = receive_inbox(inbox.home, inbox.settings, source)
    return [arrival for arrival in arrivals if arrival.status != "absent"]


def landed_rows(home: Home) -> list[tuple[object, ...]]:
    files = f"{home.landing}/data/raw_ledger/invoices/*/*.parquet"
    return duckdb.sql(f"select invoice_no, amount, _path from '{files}' order by all").fetchall()


def gone(home: Home) -> list[str | None]:
    return [remark.path for remark in noted_remarks(home.landing) if remark.check == GONE_FILES]


def test_every_kind_of_inbox_lands_the_same_rows_under_the_same_names(inbox: Inbox) -> None:
    inbox.put("ledger/invoices.csv", HEADER + ROW)
    inbox.put("ledger/2026/invoices_02.csv", HEADER + SECOND)
    assert [arrival.status for arrival in received(inbox)] == ["landed", "landed"]
    assert [(number, f"{amount:.2f}", path) for number, amount, path in landed_rows(inbox.home)] == [
        ("I-1", "100.00", "inbox/ledger/invoices.csv"),
        ("I-2", "50.00", "inbox/ledger/2026/invoices_02.csv"),
    ]
    assert [arrival.status for arrival in received(inbox)] == ["unchanged", "unchanged"]


def test_every_kind_of_inbox_passes_over_what_is_no_data_yet(inbox: Inbox) -> None:
    names = ["~$b.xlsx", ".~lock.b.ods#", "d.csv.part", "e.csv.filepart", "f.tmp", "README.md", ".x/g.csv"]
    for name in [*names, "invoices.csv"]:
        inbox.put(f"ledger/{name}", "x")
    files = inbox_files(inbox.home, inbox.settings, "ledger")
    assert [file.relative for file in files] == ["inbox/ledger/invoices.csv"]


def test_every_kind_of_inbox_names_its_strays(inbox: Inbox) -> None:
    for name in ("sales/a.csv", "invoices.csv", ".hidden", "ledger/b.csv", "README.md"):
        inbox.put(name, "x")
    strays = stray_entries(inbox.home, inbox.settings)
    assert [remark.path for remark in strays] == ["inbox/invoices.csv", "inbox/sales"]


def test_the_same_bytes_under_two_names_land_once(inbox: Inbox) -> None:
    inbox.put("ledger/invoices.csv", HEADER + ROW)
    inbox.put("ledger/invoices_copy.csv", HEADER + ROW)
    assert [arrival.status for arrival in received(inbox)] == ["landed", "unchanged"]
    assert len(landed_rows(inbox.home)) == 1


def test_a_corrected_file_is_fetched_and_lands_again(inbox: Inbox) -> None:
    inbox.put("ledger/invoices.csv", HEADER + ROW)
    received(inbox)
    inbox.put("ledger/invoices.csv", HEADER + ROW.replace("100.00", "101.00"))
    assert [arrival.status for arrival in received(inbox)] == ["landed"]
    assert len(LandingStore(inbox.home.landing).manifests()) == 2


def test_a_file_that_vanished_changes_nothing_but_a_remark(inbox: Inbox) -> None:
    inbox.put("ledger/invoices.csv", HEADER + ROW)
    inbox.put("ledger/invoices_2.csv", HEADER + SECOND)
    received(inbox)
    inbox.take("ledger/invoices.csv")
    assert [arrival.status for arrival in received(inbox)] == ["unchanged"]
    assert len(landed_rows(inbox.home)) == 2
    assert gone(inbox.home) == ["inbox/ledger/invoices.csv"]


def test_the_last_file_may_vanish_too(inbox: Inbox) -> None:
    inbox.put("ledger/invoices.csv", HEADER + ROW)
    received(inbox)
    inbox.take("ledger/invoices.csv")
    assert received(inbox) == []
    assert gone(inbox.home) == ["inbox/ledger/invoices.csv"]


def test_a_file_that_is_written_to_while_it_is_read_is_not_landed(inbox: Inbox) -> None:
    inbox.put("ledger/invoices.csv", HEADER + ROW)
    (file,) = inbox_files(inbox.home, inbox.settings, "ledger")
    inbox.put("ledger/invoices.csv", HEADER + ROW + SECOND)
    with pytest.raises(UnreadableFile, match=r"ledger/invoices\.csv changed while it was read\. Wait until"):
        read_inbox_file(file, inbox.settings, "ledger")


def test_a_file_that_is_written_to_while_it_is_fetched_is_not_landed(remote: Inbox) -> None:
    remote.put("ledger/invoices.csv", HEADER + ROW)
    place = inbox_place(remote.home, remote.settings.inbox)
    (entry,) = place.files("ledger")
    remote.put("ledger/invoices.csv", HEADER + ROW + SECOND)
    copies = FetchedFiles(remote.home.inbox_cache / "ledger")
    with pytest.raises(UnreadableFile, match="changed while it was read"):
        copies.hash_of(place, entry)
    assert list(remote.home.inbox_cache.glob("*/*")) == []


def test_a_file_that_is_taken_away_between_listing_and_reading_is_none(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.put("ledger/invoices.csv", HEADER + ROW)

    def taken(text: str) -> None:
        if text.startswith("reading"):
            inbox.take("ledger/invoices.csv")

    arrivals = receive_inbox(inbox.home, inbox.settings, "ledger", report=taken)
    assert {arrival.status for arrival in arrivals} == {"absent"}
    assert refused_sources(inbox.home.landing) == {}


def test_an_inbox_that_does_not_answer_is_no_empty_one(remote: Inbox) -> None:
    remote.put("ledger/invoices.csv", HEADER + ROW)
    received(remote)
    remote.stop()
    arrivals = received(remote)
    assert {arrival.status for arrival in arrivals} == {"refused"}
    objects = {"orders", "receipts", "invoices", "postings", "control_totals"}
    assert {arrival.object for arrival in arrivals} == objects
    assert any(check.blocking and not check.passed for check in arrivals[0].checks)
    shown = str(remote.settings.inbox.url).partition("/")[0]
    assert shown in str(arrivals[0].message)
    assert "Check that it can be reached" in str(arrivals[0].message)
    assert not re.search("a-key|a-secret|pass word", str(arrivals[0].message))
    assert list(refused_sources(remote.home.landing)) == ["raw_ledger"]
    assert gone(remote.home) == []
    assert len(landed_rows(remote.home)) == 1


def test_reference_is_received_though_the_inbox_does_not_answer(remote: Inbox) -> None:
    remote.home.reference.mkdir()
    (remote.home.reference / "people.csv").write_text("person,name\nann,Ann\n")
    remote.stop()
    assert [arrival.status for arrival in received(remote, "reference")] == ["landed"]


def test_under_continue_an_inbox_that_does_not_answer_is_a_warning(s3: Inbox) -> None:
    s3.add_settings("on_bad_batch: continue\n")
    s3.stop()
    assert not any(check.blocking for arrival in received(s3) for check in arrival.checks)


def test_a_bucket_that_is_not_there_is_named(s3: Inbox) -> None:
    s3.home.settings_file.write_text(s3.home.settings_file.read_text().replace("s3://pmo/", "s3://other/"))
    with pytest.raises(
        SourceUnreachable, match=r"s3://other/in/box.*there is no other\. Make it, or correct"
    ):
        inbox_files(s3.home, s3.settings, "ledger")


def test_a_folder_that_is_not_there_is_named(sftp: Inbox) -> None:
    sftp.home.settings_file.write_text(sftp.home.settings_file.read_text().replace("/drop", "/dorp"))
    with pytest.raises(SourceUnreachable, match="there is no /dorp"):
        inbox_files(sftp.home, sftp.settings, "ledger")


def test_a_wrong_password_is_said_without_it(sftp: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PMO_SFTP_PASSWORD", "wr0ng")
    with pytest.raises(SourceUnreachable, match="Authentication failed") as caught:
        inbox_files(sftp.home, sftp.settings, "ledger")
    assert "wr0ng" not in str(caught.value)


def test_a_host_that_nobody_knows_is_not_let_in(sftp: Inbox) -> None:
    (sftp.home.root / ".ssh/known_hosts").write_text("")
    with pytest.raises(SourceUnreachable, match="not found in known_hosts"):
        inbox_files(sftp.home, sftp.settings, "ledger")


def test_a_link_on_a_server_stands_for_its_file(sftp: Inbox) -> None:
    sftp.put("elsewhere/march.csv", HEADER + ROW)
    folder = sftp.home.root / "served/drop/ledger"
    folder.mkdir()
    (folder / "invoices.csv").symlink_to("../elsewhere/march.csv")
    (folder / "broken.csv").symlink_to("nowhere.csv")
    (folder / "loop").symlink_to(".")
    files = inbox_files(sftp.home, sftp.settings, "ledger")
    assert [file.relative for file in files] == ["inbox/ledger/invoices.csv"]


def test_what_is_listed_as_it_was_is_not_fetched_again(s3: Inbox) -> None:
    s3.put("ledger/invoices.csv", HEADER + ROW)
    received(s3)
    (copy,) = s3.home.inbox_cache.glob("ledger/*.csv")
    copy.unlink()
    assert [arrival.status for arrival in received(s3)] == ["unchanged"]
    assert not copy.exists()


def test_a_copy_that_is_gone_or_damaged_is_fetched_again_where_it_is_read(s3: Inbox) -> None:
    s3.put("ledger/invoices.csv", HEADER + ROW)
    received(s3)
    (copy,) = s3.home.inbox_cache.glob("ledger/*.csv")
    copy.write_text(HEADER)
    (file,) = inbox_files(s3.home, s3.settings, "ledger")
    assert len(read_inbox_file(file, s3.settings, "ledger").extracts[0]) == 1
    assert copy.read_text() == HEADER + ROW


def test_a_file_of_a_server_that_tells_whole_seconds_is_not_trusted_while_it_is_new(sftp: Inbox) -> None:
    file = sftp.home.root / "served/drop/ledger/invoices.csv"
    sftp.put("ledger/invoices.csv", HEADER + ROW)
    moment = int(time.time())
    os.utime(file, (moment, moment))
    received(sftp)
    sftp.put("ledger/invoices.csv", HEADER + ROW.replace("100.00", "200.00"))
    os.utime(file, (moment, moment))
    assert [arrival.status for arrival in received(sftp)] == ["landed"]


def test_copies_of_what_is_no_longer_in_the_inbox_are_removed_in_time(s3: Inbox) -> None:
    s3.put("ledger/invoices.csv", HEADER + ROW)
    received(s3)
    s3.put("ledger/invoices.csv", HEADER + SECOND)
    for file in s3.home.inbox_cache.glob("ledger/*"):
        os.utime(file, (0, 0))
    received(s3)
    copies = list(s3.home.inbox_cache.glob("ledger/*.csv"))
    assert [copy.read_text() for copy in copies] == [HEADER + SECOND]


@pytest.mark.parametrize(
    ("url", "module", "extra"),
    [
        ("s3://bucket/in", "s3fs", "s3"),
        ("abfs://container/in", "adlfs", "azure"),
        ("gs://bucket/in", "gcsfs", "gcs"),
        ("sftp://host/in", "paramiko", "sftp"),
    ],
)
def test_a_library_that_is_not_installed_is_named_by_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, module: str, extra: str
) -> None:
    from fsspec.registry import _registry

    for name in [
        each
        for each in sys.modules
        if each.partition(".")[0] == module or "fsspec.implementations.sftp" in each
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.delitem(_registry, url.partition(":")[0], raising=False)
    (tmp_path / "pmo.yaml").write_text(f"organisation: Acme\ncurrency: EUR\ninbox: {url}\n")
    with pytest.raises(SettingsError, match=re.escape(f"pip install 'pmo-warehouse[{extra}]'")):
        inbox_files(Home(tmp_path), load_settings(tmp_path), "ledger")


def test_a_kind_of_location_that_nobody_knows_is_named(tmp_path: Path) -> None:
    (tmp_path / "pmo.yaml").write_text("organisation: Acme\ncurrency: EUR\ninbox: s4://bucket/in\n")
    with pytest.raises(SettingsError, match="no kind of location called s4://"):
        inbox_files(Home(tmp_path), load_settings(tmp_path), "ledger")


def test_file_urls_are_folders_of_this_machine(tmp_path: Path) -> None:
    (tmp_path / "share/ledger").mkdir(parents=True)
    (tmp_path / "share/ledger/invoices.csv").write_text("x")
    (tmp_path / "pmo.yaml").write_text(f"organisation: Acme\ncurrency: EUR\ninbox: file://{tmp_path}/share\n")
    (file,) = inbox_files(Home(tmp_path), load_settings(tmp_path), "ledger")
    assert file.file == tmp_path / "share/ledger/invoices.csv"


ENDS = """
import sys, duckdb
from pathlib import Path
from pipelines.landing.inbox import inbox_files
from pipelines.settings import Home, load_settings

kept = inbox_files(Home(Path(sys.argv[1])), load_settings(Path(sys.argv[1])), "ledger")
print(len(kept))
"""


def test_a_process_that_read_an_inbox_elsewhere_ends_without_a_word(remote: Inbox) -> None:
    remote.put("ledger/invoices.csv", HEADER + ROW)
    command = [sys.executable, "-c", ENDS, str(remote.home.root)]
    ended = subprocess.run(
        command, cwd=Path(__file__).parents[3], capture_output=True, text=True, timeout=120
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "1\n", "")
