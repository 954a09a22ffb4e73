"""The server is killed in the middle of turns, thirty times: the file opens, and at most the turn in flight is undone.

A launcher, which has imported everything, forks a server for each round (``python -m tests.test_killed FOLDER``). Nothing
waits for a time to pass: a turn is in flight between the sending of its request and its answer, and the kill comes at a
moment of that, drawn from how long the answers before it took.
"""

import gc
import http.client
import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from skill.app import create_app
from skill.coach.dialogue.state import Progress
from skill.kept.saved import dump, load
from skill.kept.sqlite import SqliteStore
from skill.logs import log_to
from skill.settings import DATABASE, Settings, person, prepare
from tests.alexa.signing import NOW, Amazon
from tests.aws import Quiet

pytestmark = pytest.mark.alone

ROUNDS = 30
PATIENCE_S = 20
SAID = (
    "ReadyIntent",
    "AMAZON.NextIntent",
    "HowManyIntent",
    "AMAZON.PreviousIntent",
    "EasierIntent",
    "ListIntent",
)


@dataclass
class Speaker:
    """Somebody's speaker: what it asks, one turn at a time, and what it was last answered."""

    user: str
    dice: Random
    now: datetime = NOW
    attributes: dict[str, Any] | None = None
    body: bytes = b""
    line: http.client.HTTPConnection | None = None

    def asks(self) -> bytes:
        """The next request, a while after the last one."""
        self.now += timedelta(seconds=self.dice.randrange(20, 60))
        intent = {"type": "IntentRequest", "intent": {"name": self.dice.choice(SAID)}}
        return Amazon.body(
            self.now,
            context={"System": {"user": {"userId": self.user}}},
            session={"attributes": self.attributes or {}},
            request=intent if self.attributes else {"type": "LaunchRequest"},
        )

    def says(self, port: int) -> None:
        """Send it."""
        self.body = self.asks()
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        self.line.request("POST", "/alexa", self.body, {"Content-Type": "application/json"})

    def hears(self) -> bool:
        """Take the answer, and whether there was one: none comes from a server that was killed."""
        assert self.line
        with closing(self.line):
            try:
                answer = self.line.getresponse()
                said = answer.read()
            except (OSError, http.client.HTTPException):
                return False
        assert answer.status == 200
        self.attributes = json.loads(said)["sessionAttributes"]
        return True

    def answered(self) -> Progress:
        """The progress after the last turn that was answered."""
        return load(Progress, self.attributes["known"]) if self.attributes else Progress()


@dataclass
class Undisturbed:
    """The same server, with a file of its own, and never killed: it tells what a turn makes of what was kept."""

    client: FlaskClient
    store: SqliteStore

    def after(self, who: str, before: Progress, body: bytes) -> Progress | None:
        self.store.forget(who)
        if before != Progress():
            self.store.save(who, dump(before), 0)
        assert self.client.post("/alexa", data=body, content_type="application/json").status_code == 200
        return self.store.load(who).progress


@dataclass
class Launcher:
    process: subprocess.Popen[str]
    took: list[float] = field(default_factory=lambda: [0.01])
    """How long answers took, s."""

    def launch(self) -> tuple[int, int]:
        """A server: its process, and its port."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("launch\n")
        self.process.stdin.flush()
        pid, port = self.process.stdout.readline().split()
        return int(pid), int(port)

    def over(self) -> int:
        """Wait for the server to be gone; what it died of."""
        assert self.process.stdout
        return int(self.process.stdout.readline())


@contextmanager
def launching(data: Path) -> Iterator[Launcher]:
    """A launcher of servers on that folder."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.test_killed", str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
        start_new_session=True,
    ) as process:
        try:
            yield Launcher(process)
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # and the server that it may be waiting for


def test_killed_thirty_times_in_the_middle_of_turns_it_undoes_at_most_the_turn_in_flight(tmp_path: Path):
    dice, rounds = Random(9), 0
    speakers = [Speaker(f"amzn1.ask.account.{name}", dice) for name in ("ANN", "BEN")]
    data, other = tmp_path / "data", tmp_path / "other"
    key = prepare(data)
    shutil.copytree(data, other)
    undisturbed = Undisturbed(
        create_app(Settings(other, local=True)).test_client(), SqliteStore(other / DATABASE)
    )
    with launching(data) as launcher:
        while rounds < ROUNDS:
            server, port = launcher.launch()
            for _ in range(dice.randrange(1, 3)):
                converse(launcher, speakers, port)
            for speaker in speakers:
                speaker.says(port)
            spin(dice.random() * launcher.took[-1])
            os.kill(server, signal.SIGKILL)
            answered = [speaker.hears() for speaker in speakers]
            assert launcher.over() == signal.SIGKILL
            rounds += not all(answered)  # otherwise it was killed too late
            with closing(sqlite3.connect(data / DATABASE)) as database:
                assert database.execute("pragma integrity_check").fetchone() == ("ok",)
            store = SqliteStore(data / DATABASE)
            for speaker, heard in zip(speakers, answered, strict=True):
                who = person(key, speaker.user)
                kept, before = store.load(who).progress or Progress(), speaker.answered()
                if heard or kept == before:
                    assert kept == before
                else:  # it was killed between keeping and answering
                    assert kept == undisturbed.after(who, before, speaker.body)
            store.close()
    undisturbed.store.close()


def converse(launcher: Launcher, speakers: list[Speaker], port: int) -> None:
    """A turn each, at once, to its end."""
    began = time.perf_counter()
    for speaker in speakers:
        speaker.says(port)
    assert [speaker.hears() for speaker in speakers] == [True] * len(speakers)
    launcher.took.append(time.perf_counter() - began)


def spin(seconds: float) -> None:
    """Let so little time pass that a sleep would be longer."""
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        pass


def serve(data: Path) -> None:
    """The server, until it is killed."""
    log_to(open(os.devnull, "w"))  # noqa: SIM115, PTH123  # for as long as we live
    server = make_server(
        "127.0.0.1", 0, create_app(Settings(data, local=True)), threaded=True, request_handler=Quiet
    )
    tell(os.getpid(), server.server_port)
    server.serve_forever()


def tell(*numbers: int) -> None:
    """The test reads it."""
    sys.stdout.write(" ".join(map(str, numbers)) + "\n")
    sys.stdout.flush()


def main(data: Path) -> None:
    """Fork a server for each line that is read, and say what it died of."""
    with (
        tempfile.TemporaryDirectory() as none
    ):  # everything is imported, read, and asked for, before the first fork
        client = create_app(Settings(Path(none), local=True)).test_client()
        log_to(io.StringIO())
        speaker = Speaker("amzn1.ask.account.NOBODY", Random(0))
        for _ in range(len(SAID)):
            answer = client.post("/alexa", data=speaker.asks(), content_type="application/json")
            speaker.attributes = answer.json["sessionAttributes"]
    gc.freeze()  # and stays shared
    for _ in sys.stdin:
        server = os.fork()
        if not server:
            serve(data)
        _, status = os.waitpid(server, 0)
        tell(-os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
