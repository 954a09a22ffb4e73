"""The links on this machine, with one broken at a time."""

import http.server
import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from wyoming.info import Info

from audio.bank import BankFile
from skill.app import create_app
from skill.commands.main import main
from skill.content.reader import catalogue
from skill.doctor import here, ports
from skill.doctor.finding import Finding, Health, broken, quoted
from skill.doctor.network import Network
from skill.doctor.walk import walk
from skill.errors import VoiceUnusable
from skill.settings import DATABASE, Settings, prepare
from skill.voice.phrases import wanted
from skill.voice.voices import FILE
from tests import aws
from tests.alexa.signing import SKILL_ID
from tests.audio.fakes import a_bank
from tests.doctor.front import standing
from tests.home.test_serving import running
from tests.test_cli import log_as_before  # noqa: F401  # a command says where the log goes
from tests.test_proxies import block
from tests.test_server import free_port

pytestmark = pytest.mark.alone

NETWORK = Network(patience_s=5)


def doctor(data: Path, port: int, **environ: str) -> tuple[int, dict[str, str]]:
    """Its exit code, and what it says of each link."""
    chosen = dict.fromkeys(("BACKBEAT_SKILL_ID", "BACKBEAT_PUBLIC_URL", "BACKBEAT_STORE"), "")
    run = CliRunner().invoke(
        main,
        [*block("backbeat doctor").split()[1:], "--port", str(port)],
        env={**chosen, "BACKBEAT_DATA_DIR": str(data), **environ},
    )
    assert run.exception is None or isinstance(run.exception, SystemExit), run.exc_info
    lines = (line[8:].partition(": ")[0::2] for line in run.output.splitlines())
    return run.exit_code, {
        link: line[:6].strip() + " " + said
        for (link, said), line in zip(lines, run.output.splitlines(), strict=True)
    }


def test_who_only_tries_it_out_is_well(tmp_path: Path):
    code, said = doctor(tmp_path / "data", free_port())
    assert code == 0, said
    unset = {link for link, one in said.items() if one.startswith("- ")}
    assert {"Skill id", "Public address"} < unset
    assert said["Skill id"] == "- not set: only needed for your own Echo"
    assert said["Voice"].startswith("ok says all ")


def test_what_is_broken_here_is_named_and_nothing_else(tmp_path: Path):
    """Three links at once, that depend on none of each other."""
    (tmp_path / FILE).write_bytes(b"no bank")
    (tmp_path / "key").write_bytes(bytes(range(32)))
    (tmp_path / "key").chmod(0o644)
    code, said = doctor(tmp_path, free_port(), BACKBEAT_SKILL_ID="amzn1.ask.skill.mine")
    assert code == 1
    faults = {link: one for link, one in said.items() if one.startswith("broken")}
    assert [*faults] == ["Voice", "Data folder", "Skill id"]
    assert f"{tmp_path / FILE} cannot be used" in faults["Voice"]
    assert "can be read by others: run chmod 600" in faults["Data folder"]
    assert "'amzn1.ask.skill.mine' is not written as one" in faults["Skill id"]


def test_a_setting_that_is_wrong_ends_the_walk():
    *_, last = walk({"BACKBEAT_PUBLIC_URL": "http://coach.example.com", "BACKBEAT_DATA_DIR": "/nowhere"}, 1)
    assert (last.link, last.health) == ("Settings", Health.BROKEN)
    assert "it does not begin with https://" in last.seen


# Python, the model, the voice


def test_an_older_python_is_named():
    assert here.python((3, 10)).health is Health.BROKEN
    assert here.python((3, 11)).health is Health.WELL


def test_content_that_the_model_was_not_made_from_is_named(monkeypatch: pytest.MonkeyPatch):
    assert here.model(catalogue()).health is Health.WELL
    monkeypatch.setattr("skill.doctor.here.build.committed", lambda locale: locale)
    line = str(here.model(catalogue()))
    assert line == (
        "broken  Interaction model: en-US.json is not made from this content. Run backbeat model write, then backbeat model train."
    )


def test_a_voice_that_lacks_something_is_named(tmp_path: Path):
    content = catalogue()
    texts = sorted(wanted(content))
    bank = BankFile(a_bank(tmp_path / "bank.sqlite3", texts[1:])).read()
    assert f"1 phrases of the content are not in it, {texts[0]!r} first" in str(here.voice(bank, content))


def test_where_there_is_no_voice_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("skill.voice.voices.BANKS", tmp_path)
    with pytest.raises(VoiceUnusable, match="there is none: run backbeat voice build"):
        here.bank_of(Settings(tmp_path), catalogue())


# The store


def test_a_store_that_is_whole_is_well(tmp_path: Path):
    assert str(here.store(Settings(tmp_path))) == f"ok      Store: {tmp_path / DATABASE} is read and written"


def test_a_file_that_is_no_database_is_named(tmp_path: Path):
    (tmp_path / DATABASE).write_bytes(b"This is not a database. " * 1000)
    line = str(here.store(Settings(tmp_path)))
    assert line.startswith(f"broken  Store: progress cannot be kept in {tmp_path / DATABASE}")


def test_a_database_that_is_damaged_inside_is_named(tmp_path: Path):
    settings = Settings(tmp_path)
    assert here.store(settings).health is Health.WELL
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        connection.execute("pragma journal_mode = delete")
    with (tmp_path / DATABASE).open("r+b") as file:
        file.seek(4096 * 100)
        file.write(b"\xff" * 4096)
    line = str(here.store(settings))
    assert line.startswith(f"broken  Store: {tmp_path / DATABASE} is damaged (")
    assert line.endswith("bring it back from a backup")


def test_a_store_that_is_held_by_somebody_else_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("skill.kept.sqlite.BUSY_MS", 1)
    settings = Settings(tmp_path)
    assert here.store(settings).health is Health.WELL
    with closing(sqlite3.connect(tmp_path / DATABASE)) as other:
        other.execute("begin immediate")
        assert "another program has held it for too long" in str(here.store(settings))


def test_a_table_is_looked_at_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with aws.serving() as dynamo:
        dynamo.at_hand(monkeypatch)
        table = dynamo.table()
        there, missing = (
            here.store(Settings(tmp_path, store=f"dynamodb://{name}")) for name in (table, "none")
        )
    assert str(there) == f"ok      Store: table {table} is read and written"
    assert str(missing).startswith(
        "broken  Store: progress cannot be kept in dynamodb://none: there is no such table"
    )


# The skill's id


@pytest.mark.parametrize(
    ("skill_id", "public_url", "health"),
    [
        ("", "", Health.UNSEEN),
        ("", "https://coach.example.com", Health.BROKEN),
        (SKILL_ID, "", Health.WELL),
        (SKILL_ID.upper(), "", Health.BROKEN),
        (f"{SKILL_ID}0", "", Health.BROKEN),
    ],
)
def test_a_skills_id_is_asked_for_where_it_is_needed(skill_id: str, public_url: str, health: Health):
    assert here.skill_id(Settings(Path(), skill_id, public_url)).health is health


# The ports


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(tmp_path_factory.mktemp("data"), local=True)


def test_our_own_server_is_known(settings: Settings):
    with standing(create_app(settings)) as port:
        ours = ports.server(NETWORK, port, prepare(settings.data_dir))
        anothers = ports.server(NETWORK, port, bytes(range(32)))
    assert str(ours) == f"ok      Port {port}: Backbeat answers, and is well"
    assert "another data folder" in str(anothers)


def test_our_own_server_that_is_not_well_says_why(tmp_path: Path):
    app, key = create_app(Settings(tmp_path, local=True)), prepare(tmp_path)
    (tmp_path / DATABASE).unlink()
    with standing(app) as port:
        line = str(ports.server(NETWORK, port, key))
    assert line.startswith(
        f"broken  Port {port}: Backbeat answers, and is not well ({tmp_path / DATABASE} was removed"
    )


def test_a_port_that_nobody_has_is_no_fault():
    assert ports.server(NETWORK, free_port(), bytes(32)).health is Health.UNSEEN


@contextmanager
def answering(said: bytes) -> Iterator[int]:
    """A server that says this to whoever comes, and no more."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def handle(self) -> None:
            self.rfile.readline()
            self.wfile.write(said)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        running = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        running.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            running.join()


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n", "somebody else answers (200)"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "somebody else has it (what answers speaks no HTTP)"),
        (b"", "somebody else has it (it hung up)"),
    ],
)
def test_a_port_that_somebody_else_has_is_named(said: bytes, seen: str):
    with answering(said) as port:
        finding = ports.server(NETWORK, port, bytes(32))
    assert (finding.health, finding.seen) == (Health.BROKEN, seen)


def test_our_own_server_for_home_assistant_is_known(tmp_path: Path):
    with running(tmp_path) as (_, port):
        assert (
            str(ports.wyoming(NETWORK, port))
            == f"ok      Wyoming: Home Assistant finds Backbeat at port {port}"
        )


@pytest.mark.parametrize("said", [Info().event().to_dict(), "hello", {}, [1], None])
def test_whoever_else_has_home_assistants_port_is_no_fault(said: object):
    with answering(b"" if said is None else json.dumps(said).encode() + b"\n") as port:
        finding = ports.wyoming(NETWORK, port)
    assert (finding.health, finding.seen.partition(":")[0]) == (
        Health.UNSEEN,
        f"somebody else has port {port}",
    )


def test_where_home_assistant_finds_nobody_is_no_fault():
    assert "not running: only needed for Home Assistant" in str(ports.wyoming(NETWORK, free_port()))


# What is said


def test_a_finding_is_one_line():
    assert str(broken("Voice", "two\nlines", "mend\tit")) == "broken  Voice: two lines. Mend it."
    assert str(Finding("Port 1", Health.UNSEEN, "free")) == "-       Port 1: free"


def test_what_others_say_can_be_shown():
    assert quoted("\x1b[2Jhello\n") == "?[2Jhello?"
    assert len(quoted("x" * 1000)) == 161
