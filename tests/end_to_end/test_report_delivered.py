"""`pmo report --deliver` sends the pack of the release that stands: once, with the page and the workbook."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.end_to_end.homes import ORGANISATION, Outcome, PmoHome, make_home
from tests.mail_server import Mailbox, mail_server

pytestmark = pytest.mark.slow

AS_OF = "2026-03-31"
DELIVER = """
deliver:
  email:
    smtp: ${ACME_SMTP_URL}
    to: [pmo@acme.example, {address: lead@acme.example, role: programme, programme: Nowhere}]
"""


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailbox]:
    folder = tmp_path_factory.mktemp("mail")
    with pytest.MonkeyPatch.context() as patched, mail_server(folder / "tls") as box:
        patched.setenv("REQUESTS_CA_BUNDLE", str(folder / "tls/certificate.pem"))
        patched.setenv("ACME_SMTP_URL", box.url)
        yield box


@pytest.fixture(scope="module")
def home(box: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> PmoHome:
    home = make_home(tmp_path_factory.mktemp("delivered"), settings=ORGANISATION + DELIVER)
    version = {"project": "PAY", "version_no": 1, "version_type": "original", "approved_on": "2026-01-01"}
    line = {"project": "PAY", "version_no": 1, "period": "2026-01", "cost_category": "services"}
    home.write("inbox/budgets/budget_versions.csv", [version])
    home.write("inbox/budgets/budget_lines.csv", [line | {"amount": 1000, "currency": "EUR"}])
    return home


def delivered(home: PmoHome) -> tuple[Outcome, dict[str, str]]:
    outcome = home.run("report", "--deliver", "--json")
    if not outcome.stdout:
        return outcome, {}
    return outcome, {each["to"]: each["status"] for each in json.loads(outcome.stdout)["deliveries"]}


def subjects(box: Mailbox) -> list[str]:
    return [str(mail["Subject"]) for mail in box.mails]


def test_a_release_is_delivered_once_and_who_can_not_have_it_is_named(home: PmoHome, box: Mailbox) -> None:
    nothing, _ = delivered(home)
    assert nothing.exit_code == 1
    assert "run `pmo refresh` first" in nothing.text
    assert home.run("refresh", "--as-of", AS_OF).exit_code == 0
    assert subjects(box) == ["Testers: not everybody got the pack: delivery"]
    first, statuses = delivered(home)
    assert statuses == {"email pmo@acme.example": "sent", "email lead@acme.example": "failed"}
    assert first.exit_code == 1
    _, statuses = delivered(home)
    assert statuses == {"email pmo@acme.example": "sent before", "email lead@acme.example": "failed"}
    assert home.run("refresh", "--as-of", AS_OF).exit_code == 0
    _, statuses = delivered(home)
    assert statuses["email pmo@acme.example"] == "sent before"
    assert subjects(box)[2:] == ["Testers: not everybody got the pack: email lead@acme.example"]
    doctor = home.run("doctor", "--json")
    (finding,) = [each for each in json.loads(doctor.stdout) if each["subject"] == "last delivery"]
    assert finding["look"] and "no programme Nowhere" in finding["said"]
    mail = box.mails[1]
    sent = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
    reports = home.root / "reports" / AS_OF
    assert sorted(sent) == ["pmo-pack.html", "pmo-pack.xlsx"]
    assert sent["pmo-pack.xlsx"] == (reports / "pmo-pack.xlsx").read_bytes()
    assert sent["pmo-pack.html"] == (reports / "pmo-pack.html").read_text(encoding="utf-8")


def test_what_a_pack_is_made_of_is_not_chosen_where_it_is_delivered(home: PmoHome) -> None:
    outcome = home.run("report", "--deliver", "--project", "PAY")
    assert outcome.exit_code == 2
    assert "leave the other options out" in outcome.text
