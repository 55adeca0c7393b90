"""No secret of pmo.yaml is in any file of the home, in any output or message, whether things go well or not."""

from __future__ import annotations

import base64
import gzip
import os
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import connect
from types import UnionType
from typing import Any, get_args
from urllib.parse import quote

import pytest
from pydantic import BaseModel

from demo.jira.server import EMAIL, TOKEN, DemoJira
from demo.tempo.account import demo_account
from demo.tempo.server import TOKEN as TEMPO_TOKEN
from demo.tempo.server import DemoTempo
from pipelines.sections import Secret
from pipelines.settings import Settings
from tests.end_to_end.homes import ORGANISATION, Outcome, PmoHome, make_home
from tests.end_to_end.searching import files_with, forms
from tests.mail_server import PASSWORD, Mailbox, mail_server
from tests.webhook_server import Answer, Channel, webhook_server

pytestmark = pytest.mark.slow

AS_OF = "2026-03-31"
KEY_FILE = "warehouse/context/pseudonym_key.parquet"
WRONG = {
    "ACME_JIRA_TOKEN": "wr0ng-jira-token-7f3a91",
    "ACME_JIRA_PAT": "wr0ng-jira-pat-55d1c2e8",
    "ACME_TEMPO_TOKEN": "wr0ng-tempo-token-0b77e2",
}
PLANTED = {
    "ACME_JIRA_TOKEN": TOKEN,
    "ACME_TEMPO_TOKEN": TEMPO_TOKEN,
    "ACME_KEY": "pl4nted-pseudonym-key-9c1d4e5f60718293",
    "ACME_DSN": "postgresql://pmo:pl4nted-dsn-p4ssword@127.0.0.1:9/warehouse",
    "ACME_S3_KEY": "pl4nted-s3-key-20f7",
    "ACME_S3_SECRET": "pl4nted-s3-secret-88a1",
}
HOOKS = {
    "ACME_SLACK": "/services/T1/B1/pl4nted-slack-path",
    "ACME_TEAMS": "/workflows/w1/pl4nted-teams-path?sig=pl4nted-teams-sig",
    "ACME_ALERT_SLACK": "/services/T1/B2/pl4nted-alert-slack",
    "ACME_ALERT_TEAMS": "/workflows/w2/pl4nted-alert-teams?sig=pl4nted-alert-sig",
}
SECRETS = [
    *WRONG.values(),
    PLANTED["ACME_KEY"],
    TOKEN,
    TEMPO_TOKEN,
    PASSWORD,
    quote(PASSWORD, safe=""),
    "pl4nted-dsn-p4ssword",
    "pl4nted-s3-key-20f7",
    "pl4nted-s3-secret-88a1",
    *[part for path in HOOKS.values() for part in path.replace("?sig=", "/").split("/") if "pl4nted" in part],
]
SETTINGS = """
pseudonym_key: ${{ACME_KEY}}
jira: [{{site: '{jira}', name: acme, auth: {{email: '{email}', token: ${{ACME_JIRA_TOKEN}}}}}}]
tempo: [{{url: '{tempo}', token: ${{ACME_TEMPO_TOKEN}}, requests_per_second: 1000}}]
publish: {{postgres: ${{ACME_DSN}}}}
deliver:
  email: {{smtp: ${{ACME_SMTP_URL}}, to: [pmo@acme.example]}}
  slack: ${{ACME_SLACK}}
  teams: ${{ACME_TEAMS}}
alerts: {{email: [ops@acme.example], slack: ${{ACME_ALERT_SLACK}}, teams: ${{ACME_ALERT_TEAMS}}, stale_after: 1h}}
"""
ELSEWHERE = """
inbox:
  url: s3://acme/inbox
  options: {{endpoint_url: 'http://127.0.0.1:9', key: ${{ACME_S3_KEY}}, secret: ${{ACME_S3_SECRET}}}}
"""
ON_PREMISE = "jira: [{{site: '{jira}', name: acme, auth: {{pat: ${{ACME_JIRA_PAT}}}}}}]\n"


@dataclass
class Scene:
    """A home whose every secret is planted, whom it talks to, and everything that was printed."""

    home: PmoHome
    jira: DemoJira
    tempo: DemoTempo
    box: Mailbox
    channel: Channel
    printed: list[str] = field(default_factory=list)

    def run(self, *arguments: str) -> Outcome:
        outcome = self.home.run(*arguments)
        self.printed += [outcome.stdout, outcome.stderr]
        return outcome

    def settings(self, text: str = SETTINGS) -> None:
        filled = text.format(jira=self.jira.url, tempo=self.tempo.url, email=EMAIL)
        (self.home.root / "pmo.yaml").write_text(ORGANISATION + filled)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("secrets")
    with (
        pytest.MonkeyPatch.context() as patch,
        DemoJira() as jira,
        DemoTempo(demo_account([issue.id for issue in jira.site.issues.values()][::7])) as tempo,
        mail_server(folder / "tls") as box,
        webhook_server() as channel,
    ):
        hooks = {name: channel.url + path for name, path in HOOKS.items()}
        environment = {**PLANTED, **hooks, "ACME_SMTP_URL": box.url}
        for name, value in {**environment, "ACME_JIRA_PAT": WRONG["ACME_JIRA_PAT"]}.items():
            patch.setenv(name, value)
        patch.setenv("REQUESTS_CA_BUNDLE", str(folder / "tls/certificate.pem"))
        scene = Scene(make_home(folder / "home"), jira, tempo, box, channel)
        play(scene, patch)
        yield scene


def play(scene: Scene, patch: pytest.MonkeyPatch) -> None:
    """Doctor, refresh and delivery, with secrets that hold and with others, against servers that take and refuse."""
    scene.settings()
    good = scene.run("refresh", "--as-of", AS_OF)
    assert good.exit_code in (0, 1, 3), good.text
    scene.run("doctor")
    deliver(scene)
    for name, value in WRONG.items():
        patch.setenv(name, value)
    scene.channel.answers = [Answer(403, "invalid_token"), Answer(500, ""), Answer(404, "gone")]
    scene.box.password = "another"
    failed = scene.run("refresh", "--as-of", AS_OF, "--json")
    assert failed.exit_code == 1, failed.text
    scene.channel.answers = [
        Answer(403, f"no {HOOKS['ACME_SLACK']}"),
        Answer(302, "", {"Location": "/login"}),
    ]
    deliver(scene)
    scene.run("doctor", "--json")
    scene.settings(SETTINGS + ELSEWHERE)
    scene.run("refresh", "--as-of", AS_OF)
    scene.run("doctor")
    scene.settings(ON_PREMISE)
    scene.run("refresh", "--as-of", AS_OF)
    scene.settings("deliver: {{email: {{smtp: ${{ACME_SMTP_URL}}, to: [a, b]}}, slak: 1}}\n")
    scene.run("doctor")


def deliver(scene: Scene) -> None:
    """Sends a pack of two small files to every recipient."""
    from pipelines.publishing.delivery import deliver_packs
    from pipelines.publishing.kept import Release
    from pipelines.settings import Home, load_settings

    @dataclass(frozen=True)
    class Pack:
        page: Path
        workbook: Path
        headlines: tuple[str, ...] = ("2 projects red.",)

    reports = scene.home.root / "reports"
    reports.mkdir(exist_ok=True)
    for name in ("pack.html", "pack.xlsx"):
        (reports / name).write_text("figures")
    home = Home(scene.home.root)
    release = Release(f"r{len(scene.printed)}", "0" * 64, {})
    pack = Pack(reports / "pack.html", reports / "pack.xlsx")
    found = deliver_packs(home, load_settings(home), release=release, make=lambda _: pack)
    scene.printed.append(repr(found))


def test_everything_was_tried(scene: Scene) -> None:
    """Else nothing would have been looked at."""
    printed = "\n".join(scene.printed)
    assert "answered 401" in printed
    assert "refused the login" in printed
    assert "invalid_token" in printed
    assert "sent" in printed and "failed" in printed
    assert scene.box.mails and scene.channel.posted
    assert list(scene.home.root.glob("published/.releases/*/parquet/*.parquet"))
    assert list(scene.home.root.glob("warehouse/dagster/history/runs/*.db"))
    assert (scene.home.root / "messages/sent.jsonl").is_file()


def test_no_secret_is_in_any_file_of_the_home_but_the_key_where_pseudonyms_are_computed(scene: Scene) -> None:
    """Pseudonyms are computed by dbt, which reads the key from a file for its owner alone."""
    assert files_with(scene.home.root, SECRETS) == [f"{KEY_FILE}: {PLANTED['ACME_KEY']}"]
    assert (scene.home.root / KEY_FILE).stat().st_mode & 0o077 == 0


def test_no_secret_is_in_what_the_user_keeps_outside_the_home(scene: Scene) -> None:
    assert files_with(Path(os.environ["XDG_CACHE_HOME"]), SECRETS) == []


def test_no_secret_was_printed(scene: Scene) -> None:
    printed = "\n".join(scene.printed).encode()
    assert [secret for secret in SECRETS for form in forms(secret) if form in printed] == []


def test_no_secret_is_in_a_message(scene: Scene) -> None:
    sent = b"\n".join([*(mail.as_bytes() for mail in scene.box.mails), repr(scene.channel.posted).encode()])
    assert [secret for secret in SECRETS for form in forms(secret) if form in sent] == []


def test_the_search_finds_a_secret_in_every_kind_of_file(tmp_path: Path) -> None:
    import duckdb

    secret = "pl4nted-" + "s3cret-" * 4
    with duckdb.connect() as connection:
        row = f"select '{secret}' || i as a from range(5000) as t (i)"
        connection.execute(f"copy ({row}) to '{tmp_path / 'a.parquet'}' (format parquet, compression zstd)")
        connection.execute(f"attach '{tmp_path / 'b.duckdb'}' as b")
        connection.execute(f"create table b.t as {row}")
    with closing(connect(tmp_path / "c.db")) as database:
        database.execute("create table t (a)")
        database.execute("insert into t values (?)", ["x" * 9_000 + secret])
        database.commit()
    with zipfile.ZipFile(tmp_path / "d.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet.xml", secret)
    (tmp_path / "e.gz").write_bytes(gzip.compress(secret.encode()))
    (tmp_path / "f.log").write_text(f"token={quote(secret)}")
    for offset in range(3):
        (tmp_path / f"g{offset}.txt").write_bytes(base64.b64encode(b"u" * offset + secret.encode()))
    (tmp_path / "h.txt").write_text("nothing")
    names = ["a.parquet", "b.duckdb", "c.db", "d.xlsx", "e.gz", "f.log", "g0.txt", "g1.txt", "g2.txt"]
    assert files_with(tmp_path, [secret]) == [f"{name}: {secret}" for name in names]


def test_every_setting_that_holds_a_secret_is_planted() -> None:
    written = SETTINGS + ELSEWHERE + ON_PREMISE
    for name in secret_keys(Settings):
        assert f"{name}: ${{{{" in written, name


def secret_keys(model: type[BaseModel]) -> set[str]:
    """The last keys of all settings that take `${NAME}` only."""
    validator = get_args(Secret)[1]
    found = set()
    for name, info in model.model_fields.items():
        if validator in info.metadata or str(validator.func) in repr(info.annotation):
            found.add(name)
        for inner in models_in(info.annotation):
            found |= secret_keys(inner)
    # A webhook may be written without its own key.
    return {"slack" if name == "webhook" else name for name in found}


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """The models that an annotation names, however deep."""
    if isinstance(annotation, type) and not isinstance(annotation, UnionType) and not get_args(annotation):
        return [annotation] if issubclass(annotation, BaseModel) else []
    return [model for each in get_args(annotation) for model in models_in(each)]
