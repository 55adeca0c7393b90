"""`python -m connectors.jira` gives rows without a warehouse."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.jira.__main__ import main
from connectors.jira.tables import TABLES
from demo.jira.server import EMAIL, PAT, TOKEN
from tests.connectors.jira.syncing import quiet

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def token(monkeypatch):
    monkeypatch.setenv("JIRA_TOKEN", TOKEN)


def test_rows_are_printed_as_json_lines(cloud, monkeypatch, capsysbinary):
    monkeypatch.setenv("MY_TOKEN", TOKEN)
    code = main(["--site", cloud.url, "--email", EMAIL, "--token-env", "MY_TOKEN", "--object", "users"])
    lines = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert code == 0
    assert [line["object"] for line in lines] == ["users"] * 8


def test_without_an_email_the_token_is_a_personal_access_token(server, monkeypatch, capsysbinary):
    monkeypatch.setenv("JIRA_TOKEN", PAT)
    assert main(["--site", server.url, "--object", "projects", "--name", "dc", "--project", "PAY"]) == 0
    (line,) = capsysbinary.readouterr().out.splitlines()
    assert (json.loads(line)["site"], json.loads(line)["project_key"]) == ("dc", "PAY")


def test_a_folder_gets_one_file_a_table(cloud, tmp_path, capsysbinary):
    assert main(["--site", cloud.url, "--email", EMAIL, "--out", str(tmp_path / "jira")]) == 0
    assert {file.name for file in (tmp_path / "jira").glob("*.jsonl")} == {
        f"{one.name}.jsonl" for one in TABLES
    }
    lines = (tmp_path / "jira/issues.jsonl").read_text().splitlines()
    assert len({json.loads(line)["issue_id"] for line in lines}) == len(lines) == 120
    assert capsysbinary.readouterr().out == b""


def test_since_gives_what_changed_and_no_more(cloud, tmp_path, capsysbinary):
    cloud.site.advance(timedelta(hours=2))
    since = f"{cloud.site.now.isoformat(timespec='milliseconds')}Z"
    cloud.site.edit_issue("PAY-5", summary="later")
    quiet(cloud.site)
    main(["--site", cloud.url, "--email", EMAIL, "--object", "issues", "--since", since])
    lines = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert [line["issue_key"] for line in lines] == ["PAY-5"]


def test_a_refused_token_is_told_and_gives_exit_code_1(cloud, monkeypatch, capsys):
    monkeypatch.setenv("JIRA_TOKEN", "wrong")
    assert main(["--site", cloud.url, "--email", EMAIL]) == 1
    assert "answered 401" in capsys.readouterr().err


def test_importing_the_connector_imports_no_library_of_jira():
    code = "import sys, connectors.jira.sync, connectors.jira.__main__; sys.exit('jira' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY).returncode == 0


def test_a_missing_token_is_told_before_any_request(cloud, monkeypatch, capsys):
    monkeypatch.delenv("JIRA_TOKEN", raising=False)
    assert main(["--site", cloud.url, "--email", EMAIL]) == 1
    assert "missing" in capsys.readouterr().err
    assert not cloud.requests


def test_what_is_going_on_is_told_beside_the_rows(cloud, capsysbinary, monkeypatch):
    monkeypatch.setattr("connectors.jira.workers._SECONDS_BETWEEN_REPORTS", 0.0)
    main(["--site", cloud.url, "--email", EMAIL])
    told = capsysbinary.readouterr().err.decode()
    assert re.search(r"Jira 127\.0\.0\.1: pages \d+ of \d+, about \d+ s left", told)
