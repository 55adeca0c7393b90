"""`python -m connectors.jira` prints rows without a warehouse."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from connectors.jira.__main__ import main
from demo.jira.server import EMAIL, PAT, TOKEN


def test_rows_are_printed_as_json_lines(cloud, monkeypatch, capsys):
    monkeypatch.setenv("MY_TOKEN", TOKEN)
    code = main(["--site", cloud.url, "--email", EMAIL, "--token-env", "MY_TOKEN", "--object", "users"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 0
    assert [line["object"] for line in lines] == ["users"] * 8


def test_without_an_email_the_token_is_a_personal_access_token(server, monkeypatch, capsys):
    monkeypatch.setenv("JIRA_TOKEN", PAT)
    assert main(["--site", server.url, "--object", "projects", "--name", "dc", "--project", "PAY"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert (json.loads(line)["site"], json.loads(line)["project_key"]) == ("dc", "PAY")


def test_a_refused_token_is_told_and_gives_exit_code_1(cloud, monkeypatch, capsys):
    monkeypatch.setenv("JIRA_TOKEN", "wrong")
    assert main(["--site", cloud.url, "--email", EMAIL]) == 1
    assert "answered 401" in capsys.readouterr().err


def test_importing_the_connector_imports_no_library_of_jira():
    code = "import sys, connectors.jira.extract; sys.exit('jira' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).resolve().parents[3]).returncode == 0
    )


def test_a_missing_token_is_told_before_any_request(cloud, monkeypatch, capsys):
    monkeypatch.delenv("JIRA_TOKEN", raising=False)
    assert main(["--site", cloud.url, "--email", EMAIL]) == 1
    assert "missing" in capsys.readouterr().err
    assert not cloud.requests
