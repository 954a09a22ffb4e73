"""The soak in a few seconds, so that it stays what it is; and each of its checks, where what it looks for has happened."""

import asyncio
import random
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from audio.bank import BankFile
from skill.alexa.inbound import DISABLED
from skill.coach.dialogue.state import Progress
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark, start
from skill.coach.timeline.stream import Stream
from skill.coach.timeline.wishes import USUAL
from skill.content.reader import catalogue
from skill.kept.saved import dump
from skill.kept.sqlite import SqliteStore
from skill.settings import person
from skill.voice.ours import measure
from skill.voice.phrases import wanted
from skill.voice.reels import Reels, Voiced
from skill.voice.voices import FILE
from tests.alexa.signing import Amazon
from tests.audio.fakes import a_bank
from tests.bench import ledger as law
from tests.bench import slow as slowly
from tests.bench import soak as whole
from tests.bench.ledger import Acknowledged, Ledger, complaints, left_of, stranger, warnings
from tests.bench.mortal import Life
from tests.bench.people import Person, World
from tests.bench.single import Answer
from tests.bench.slow import Slow
from tests.bench.soak import Outcome, Plan, main, soak, table

KEY = bytes(range(32))
WHO = person(KEY, "amzn1.ask.account.SOAK-0")
CONTENT = catalogue()


@pytest.mark.alone
def test_a_few_seconds_of_it_with_a_kill_and_a_forget(tmp_path: Path):
    plan = Plan(seconds=2.5, people=8, players=3, drips=5, forgets=1, kills=1, pause_s=0.2)
    outcome = soak(plan, tmp_path)
    assert outcome.ledger.lost == []
    assert outcome.ledger.errors == []
    assert len(outcome.lives) == 2
    assert len(outcome.ledger.cut) >= 1
    assert len(outcome.ledger.forgotten) == 1
    assert len(outcome.ledger.turns) >= 20
    assert outcome.ledger.streams["bytes"] > 0
    assert any(row.split() == ["lost", "turns", "0"] for row in table(outcome))


# What is kept

THERE = dump(Progress(True, place=Bookmark("back_routine", "knee_to_chest", set=2, rep=5), at=2000))  # noqa: FBT003
BEFORE = dump(Progress(True, place=Bookmark("back_routine", "pelvic_tilt"), at=1000))  # noqa: FBT003


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Acknowledged]:
    """Somebody who was told that they are there, and is."""
    store = SqliteStore(tmp_path / "progress")
    store.save(WHO, THERE, 0)
    yield Acknowledged(lambda: store.load(WHO).saved, THERE)
    store.close()


def carrying(**memory: object) -> dict[str, Any]:
    return {"sessionAttributes": {"session": {"v": 4}, **memory}}


def test_what_they_were_told_is_what_is_kept(told: Acknowledged):
    assert told.still() == ""
    assert told.answered("IntentRequest", carrying(known=THERE)) == ""
    assert told.answered("AudioPlayer.PlaybackStopped", {}) == ""
    assert told.cut("IntentRequest") == ""


def test_another_place_than_they_were_told_is_a_turn_lost(told: Acknowledged):
    told.told = {**THERE, "place": {**THERE["place"], "rep": 6}}
    assert '"rep": 6' in told.still()
    assert '"rep": 6' in told.answered("IntentRequest", carrying(known={**THERE, "place": {"rep": 6}}))


def test_a_place_that_nobody_keeps_is_a_turn_lost(told: Acknowledged):
    assert told.answered("LaunchRequest", carrying()) != ""
    assert told.answered("LaunchRequest", carrying(blind=THERE)) == "nothing could be kept"


def test_an_older_place_after_a_kill_or_a_report_is_a_turn_lost(told: Acknowledged):
    for cut in (told.cut, lambda kind: told.answered(kind, {})):
        told.told = {**THERE, "at": 3000}
        assert cut("AudioPlayer.PlaybackStarted").startswith("acknowledged")
        told.told = BEFORE
        assert cut("AudioPlayer.PlaybackStarted") == ""


def test_nothing_after_a_kill_is_a_turn_lost_unless_they_were_leaving():
    for kind, lawful in ((DISABLED, True), ("IntentRequest", False)):
        assert (Acknowledged(dict, THERE).cut(kind) == "") is lawful


def test_who_was_forgotten_and_is_still_kept_is_found(told: Acknowledged, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(law, "PATIENCE_S", 0)
    assert "forgotten" in told.answered(DISABLED, {})
    assert Acknowledged(dict, THERE).answered(DISABLED, {}) == ""


def test_a_stranger_is_known_by_what_they_are_told():
    assert stranger(carrying(known={"v": 4, "met": True, "at": 5}))
    assert not stranger(carrying(known=BEFORE))


@pytest.mark.parametrize("name", [WHO.encode(), bytes.fromhex(WHO)], ids=["in digits", "in bytes"])
def test_a_name_in_the_middle_of_any_file_is_found(tmp_path: Path, name: bytes):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file-wal").write_bytes(b"\x00 and " + name + b"\xff")
    assert left_of(tmp_path, [WHO, "00" * 32]) == [WHO]


LOG = """{"event": "turn", "level": "info"}
{"event": "a stream failed", "level": "warning"}
{"event": "fault", "level": "error", "exception": "Traceback"}
Traceback (most recent call last):
[1, 2]
"""


def test_errors_and_whatever_is_no_line_of_ours_are_found_in_a_log():
    assert complaints(LOG) == LOG.splitlines()[2:]
    assert warnings(LOG) == {"a stream failed": 1}


# Turns

HELLO = b'{"version":"1.0","response":{}}'
FAULT = CONTENT.words.line("our_fault")
ANSWERS: dict[str, tuple[Answer | OSError, str, str]] = {
    # what is answered; what is lost, and what is wrong
    "as it should be": (Answer(0.1, "HTTP/1.1 200 OK\r\n", HELLO), "", ""),
    "refused": (Answer(0.1, "HTTP/1.1 400 BAD REQUEST\r\n", b""), "HTTP/1.1 400 BAD REQUEST after 0.1 s", ""),
    "too late": (Answer(8.5, "HTTP/1.1 200 OK\r\n", HELLO), "HTTP/1.1 200 OK after 8.5 s", ""),
    "not at all": (ConnectionResetError(), "ConnectionResetError", ""),
    "unlawfully": (
        Answer(0.1, "HTTP/1.1 200 OK\r\n", b'{"version":"2.0","response":{}}'),
        "the version is not 1.0",
        "",
    ),
    "with a fault of ours": (
        Answer(
            0.1,
            "HTTP/1.1 200 OK\r\n",
            f'{{"version":"1.0","response":{{"outputSpeech":{{"type":"SSML","ssml":"<speak>{FAULT}</speak>"}},'
            f'"shouldEndSession":true}}}}'.encode(),
        ),
        "",
        "something went wrong",
    ),
    "with nonsense": (Answer(0.1, "HTTP/1.1 200 OK\r\n", b"<html>"), "", "JSONDecodeError"),
}


@dataclass
class Canned:
    """A server that answers one request, and that was all."""

    answer: Answer | OSError
    port: int = 0
    up: bool = True
    over: threading.Event = field(default_factory=threading.Event)

    def ask(self, _: bytes) -> Answer:
        self.over.set()
        if isinstance(self.answer, OSError):
            raise self.answer
        return self.answer

    def kept(self, _: str) -> dict[str, Any]:
        return {}

    @contextmanager
    def asked(self) -> Iterator[None]:
        yield


@pytest.fixture(scope="module")
def reels(tmp_path_factory: pytest.TempPathFactory) -> Reels:
    bank = BankFile(a_bank(tmp_path_factory.mktemp("bank") / FILE, wanted(CONTENT))).read()
    return Reels((Voiced(Edition(CONTENT, measure(bank)), bank),), KEY)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_turn_that_is_not_answered_as_it_must_be_is_lost(reels: Reels, name: str):
    answer, lost, wrong = ANSWERS[name]
    server, found = Canned(answer), Ledger()
    world = World(server, found, Amazon(), reels, server.over, 1e-6)
    opens = Person(world, 0, KEY, random.Random(1))
    opens.doing = lambda _: opens.device.launch
    opens.live()
    assert [lost in one for one in found.lost] == [True] * bool(lost)
    assert [wrong in one for one in found.errors] == [True] * bool(wrong)
    assert found.clean is not bool(lost or wrong)


# Streams and drips


@contextmanager
def answering(answer: Callable[[bytes], bytes]) -> Iterator[int]:
    """A server that answers each connection once, and hangs up; its port."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(answer(self.rfile.readline()))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture
def token(reels: Reels) -> str:
    place = start("back_routine", CONTENT)
    stream = Stream(0, 0, place, counted=False, long=(), left=(), wishes=USUAL, days=1)
    return str(reels.token(stream, CONTENT.language))


def slow(port: int, reels: Reels, *tokens: str) -> Slow:
    canned = replace(Canned(OSError()), port=port)
    found = Ledger()
    found.tokens.extend(tokens)
    return Slow(canned, found, reels, random.Random(3), canned.over)


PARTS: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    # the head of an answer, what becomes of the bytes, and what is said of it
    "other bytes": (
        "HTTP/1.1 206 PARTIAL CONTENT\r\nContent-Range: bytes 0-{end}/{size}\r\n\r\n",
        bytes.swapcase,
        "other bytes",
    ),
    "no range": ("HTTP/1.1 200 OK\r\n\r\n", bytes, "is answered HTTP/1.1 200"),
    "an error": ("HTTP/1.1 410 GONE\r\n\r\n", bytes, "is answered HTTP/1.1 410"),
    "less than there is": (
        "HTTP/1.1 206 PARTIAL CONTENT\r\nContent-Range: bytes 0-{end}/{size}\r\n\r\n",
        lambda sound: sound[:1000],
        "broke off at 1000",
    ),
}


@pytest.mark.parametrize("name", PARTS)
def test_a_stream_that_is_not_what_it_should_be_is_noticed(reels: Reels, token: str, name: str):
    head, altered, why = PARTS[name]
    reel = reels.reel(token)
    sent = head.format(end=reel.size - 1, size=reel.size).encode() + altered(reel.span(0, 20_000))
    with answering(lambda _: sent) as port:
        player = slow(port, reels, token)
        with pytest.raises((AssertionError, ConnectionError), match=why):
            asyncio.run(player.range(token, reel, 0, float("inf"), stalls=False))


def test_a_drip_that_nobody_hangs_up_on_is_noticed(reels: Reels, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(slowly, "DRIP_S", (0, 0.001))
    monkeypatch.setattr(slowly, "HUNG_UP_S", 0.01)
    over = threading.Event()

    def answer(_: bytes) -> bytes:
        over.wait()
        return b""

    with answering(answer) as port:
        with pytest.raises(AssertionError, match="not hung up on"):
            asyncio.run(slow(port, reels).drip())
        over.set()


# The end of it


@pytest.mark.parametrize(("lost", "errors", "code"), [([], [], 0), (["a turn"], [], 1), ([], ["a fault"], 1)])
def test_it_fails_where_anything_was_lost(
    monkeypatch: pytest.MonkeyPatch, lost: list[str], errors: list[str], code: int
):
    found = Ledger(turns=[("LaunchRequest", 0.01)] * 2, lost=lost, errors=errors)
    outcome = Outcome(found, [Life(1024)], 60.0, 1.0, {"key": 32}, {})
    monkeypatch.setattr(whole, "soak", lambda *_: outcome)
    done = CliRunner().invoke(main, ["--minutes", "1"])
    assert done.exit_code == code
    assert f"lost turns     {len(lost)}\n" in done.output
    assert all(what in done.output for what in lost + errors)
