"""``backbeat serve`` as an operator and as Alexa meet it: real processes, real HTTP.

Nothing here waits for a time to pass. A server is up when it has said so and answered once; a request is in flight
when the server has asked for its body (``Expect: 100-continue``); a server is stopping when it takes no connection.
"""

import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

import skill.server
from skill.content.reader import catalogue
from skill.server import THREADS, listening, run
from skill.settings import DATABASE
from skill.voice.phrases import wanted
from skill.voice.voices import FILE
from tests.alexa.signing import SKILL_ID, Amazon
from tests.audio.fakes import a_bank
from tests.fakes import records

BACKBEAT = Path(sys.executable).with_name("backbeat")
pytestmark = pytest.mark.alone

PATIENCE_S = 20
"""For what takes a moment; longer, and it is broken."""

SECRET = "amzn1.ask.account.SECRET"
WORDS = "purple monkey dishwasher"


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen[str]
    port: int
    data: Path
    log: Path
    """Its stderr."""

    def ask(
        self, method: str, path: str, body: bytes | None = None, kind: str = "application/json"
    ) -> tuple[int, bytes]:
        """A request on a connection of its own; the status and the body of the answer."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)) as line:
            line.request(method, path, body, {"Content-Type": kind} if body is not None else {})
            answer = line.getresponse()
            return answer.status, answer.read()

    def turn(self, **parts: Any) -> dict[str, Any]:
        """What the skill answers to this envelope."""
        status, said = self.ask("POST", "/alexa", Amazon.body(datetime.now(UTC), **parts))
        assert status == 200
        return json.loads(said)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)


@contextmanager
def serving(folder: Path, *options: str, port: int = 0, **environ: str) -> Iterator[Server]:
    """``backbeat serve`` with these options, until it is told to stop or no longer needed; on that port, or any that is free."""
    port, log = port or free_port(), folder / "stderr"
    with (
        log.open("w") as stderr,
        subprocess.Popen(
            [BACKBEAT, "serve", "--port", str(port), *options],
            env=environment(BACKBEAT_DATA_DIR=str(folder / "data"), **environ),
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            start_new_session=True,
        ) as process,
    ):
        try:
            assert process.stdout
            assert f"http://127.0.0.1:{port}/alexa" in process.stdout.readline(), log.read_text()
            until_open(port)
            server = Server(process, port, folder / "data", log)
            assert server.ask("GET", "/healthz") == (200, b"ok\n")
            yield server
        finally:
            with suppress(ProcessLookupError):  # all is over, as it should be
                os.killpg(
                    process.pid, signal.SIGKILL
                )  # the worker too, which would outlive the one we started


def environment(**chosen: str) -> dict[str, str]:
    """Ours, without what whoever runs the tests has set up for themselves."""
    return {name: value for name, value in os.environ.items() if not name.startswith("BACKBEAT_")} | chosen


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def refused(*options: str, **environ: str) -> str:
    """What ``backbeat serve`` says when it will not start: one line."""
    run = subprocess.run(
        [BACKBEAT, "serve", "--port", str(free_port()), *options],
        env=environment(**environ),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert run.returncode == 1
    assert run.stdout == ""
    [line] = run.stderr.splitlines()
    return line


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A local server for all those who leave it as they found it."""
    with serving(tmp_path_factory.mktemp("local"), "--local") as local:
        yield local


# Answering


def test_a_launch_is_greeted(server: Server):
    answer = server.turn()
    assert answer["response"]["outputSpeech"]["ssml"].startswith("<speak>")
    assert answer["response"]["shouldEndSession"] is False


def test_players_that_take_their_time_keep_nobody_waiting(tmp_path: Path):
    (tmp_path / "data").mkdir()
    a_bank(tmp_path / "data" / FILE, wanted(catalogue()))
    with (
        serving(tmp_path, "--local", BACKBEAT_PUBLIC_URL="https://coach.example") as served,
        ExitStack() as stack,
    ):
        [directive] = conversation(served, AudioPlayer={})["response"]["directives"]
        path = urlsplit(directive["audioItem"]["stream"]["url"]).path
        asking = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-\r\n\r\n".encode()
        for _ in range(2 * THREADS):  # megabytes are on their way to each, and none reads on
            line = stack.enter_context(
                socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE_S)
            )
            line.sendall(asking)
            assert line.recv(12) == b"HTTP/1.1 206"
        assert served.ask("GET", "/healthz") == (200, b"ok\n")


@contextmanager
def answering(size: int) -> Iterator[tuple[Any, int]]:
    """Our server in this process, whose answers are that long; and its port."""
    app = Flask("long")
    app.add_url_rule("/", view_func=lambda: bytes(size))
    app.add_url_rule("/healthz", "healthz", lambda: "ok")
    port, stops = free_port(), list[float]()
    server = listening(app, "127.0.0.1", port)
    thread = threading.Thread(target=run, args=(server, stops))
    thread.start()
    try:
        yield server, port
    finally:
        stops.append(time.monotonic() - 2 * skill.server.STOP_S)
        server.pull_trigger()
        thread.join()
        for channel in tuple(server.active_channels.values()):
            channel.handle_close()
        server.trigger.close()


def until(holds: Callable[[], bool]) -> None:
    """Returns once it holds."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


LONG = 12_000_000
"""Bytes: half an hour."""


def test_who_never_reads_is_hung_up_on(monkeypatch: pytest.MonkeyPatch):
    """For as long as a connection that is full can be written to by nobody, waitress itself does not close it."""
    monkeypatch.setattr(skill.server, "UNREAD_S", 0.3)
    with answering(LONG) as (server, port), socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert line.recv(12) == b"HTTP/1.1 200"
        until(lambda: not server.active_channels)


def test_who_does_not_read_takes_little_of_the_kernels_memory():
    with answering(LONG) as (server, port), socket.create_connection(("127.0.0.1", port)) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 * 1024)
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert line.recv(12) == b"HTTP/1.1 200"
        [channel] = server.active_channels.values()
        kept = channel.socket.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
        assert kept <= 4 * skill.server.READ_BYTES


def test_all_who_come_at_once_are_let_in_at_one_look():
    """One a look, and a look at everybody in between, kept the next turn waiting for 0.3 s behind five hundred."""
    server = listening(Flask("none"), "127.0.0.1", port := free_port())
    with ExitStack() as stack:
        for _ in range(60):
            stack.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE_S))
        skill.server._look(server, 1)
        assert len(server.active_channels) == 60
        for channel in tuple(server.active_channels.values()):
            channel.handle_close()
        server.close()
        server.trigger.close()
        server.task_dispatcher.shutdown()


def test_who_asks_on_and_on_and_never_reads_keeps_nobody_waiting():
    """All of it comes at once: each answer waits for the one before, and a thread for whoever has too much of them."""
    with answering(LONG) as (server, port), ExitStack() as stack:
        for _ in range(THREADS):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            line.sendall(8 * b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert line.recv(12) == b"HTTP/1.1 200"
        for _ in range(50):
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)) as other:
                other.request("GET", "/healthz")
                assert other.getresponse().read() == b"ok"
        until(lambda: not server.active_channels)


def test_a_place_outlives_the_server(tmp_path: Path):
    with serving(tmp_path, "--local") as first:
        begun = conversation(first)
        assert first.stop() == 0
    with serving(tmp_path, "--local") as second:
        again = second.turn(context=person(SECRET))
    assert again["response"]["outputSpeech"]["ssml"].startswith("<speak>Welcome back.")
    asked = (answer["sessionAttributes"]["session"]["asked"] for answer in (begun, again))
    before, after = next(asked)["ready"]["place"], next(asked)["welcome"]["place"]
    assert (before["routine"], before["exercise"]) == (after["routine"], after["exercise"])


def test_it_says_that_it_is_well(server: Server):
    assert server.ask("GET", "/healthz") == (200, b"ok\n")


# Turning away


@pytest.mark.parametrize(
    ("status", "method", "body", "kind"),
    [
        (400, "POST", b"open the back coach", "application/json"),
        (400, "POST", b"", "application/json"),
        (400, "POST", b"[]", "application/json"),
        (400, "POST", b"\xff\xfe{}", "application/json"),
        (400, "POST", b"request=launch", "application/x-www-form-urlencoded"),
        (405, "GET", None, ""),
        (405, "PUT", b"{}", "application/json"),
    ],
    ids=["no JSON", "nothing", "no envelope", "no UTF-8", "another type", "GET", "PUT"],
)
def test_what_is_no_request_is_turned_away_and_the_next_is_answered(
    server: Server, status: int, method: str, body: bytes | None, kind: str
):
    assert server.ask(method, "/alexa", body, kind)[0] == status
    assert server.turn()["response"]["outputSpeech"]


def test_a_megabyte_is_turned_away_before_it_is_sent(server: Server):
    head = "POST /alexa HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as line:
        line.sendall(head.encode())
        assert line.recv(12) == b"HTTP/1.1 413"
    assert server.turn()["response"]["outputSpeech"]


def test_a_body_of_another_type_is_turned_away_even_if_it_is_an_envelope(server: Server):
    assert server.ask("POST", "/alexa", Amazon.body(datetime.now(UTC)), "text/plain")[0] == 400


def test_there_is_nothing_elsewhere(server: Server):
    assert server.ask("GET", "/nowhere")[0] == 404
    assert server.ask("POST", "/alexa/..", b"{}")[0] == 404


def test_there_is_no_page_where_others_may_ask(tmp_path: Path):
    with serving(tmp_path, BACKBEAT_SKILL_ID=SKILL_ID) as server:
        for path in ("/", "/speaker/practised", "/speaker/ear", "/speaker/voices", "/speaker/static/main.js"):
            assert server.ask("GET", path)[0] == 404


def test_with_a_skill_id_nothing_unsigned_is_answered(tmp_path: Path):
    with serving(tmp_path, BACKBEAT_SKILL_ID=SKILL_ID) as server:
        unsigned = Amazon.body(datetime.now(UTC))
        assert server.ask("POST", "/alexa", unsigned)[0] == 400
        assert server.stop() == 0
    [line] = server.log.read_text().splitlines()
    assert json.loads(line)["event"] == "rejected"


# Saying so


def test_one_line_on_stdout_says_that_it_is_ready(tmp_path: Path):
    with serving(tmp_path, "--local") as server:  # reads one line
        server.turn()
        assert server.stop() == 0
        assert server.process.stdout
        assert server.process.stdout.read() == ""


def test_the_log_is_json_and_neither_it_nor_the_progress_names_anyone(tmp_path: Path):
    with serving(tmp_path, "--local") as server:
        conversation(server)
        slots = {"exercise": {"name": "exercise", "value": WORDS}}
        chosen = {"type": "IntentRequest", "intent": {"name": "ExerciseIntent", "slots": slots}}
        for request in (chosen, chosen | {"intent": {"name": WORDS}}, {"type": "Tomorrow.NewRequest"}):
            server.turn(context=person(SECRET), request=request)
        server.ask("POST", "/alexa", WORDS.encode())
        server.ask("POST", "/alexa", WORDS.encode(), WORDS)
        server.ask("GET", f"/{WORDS.replace(' ', '%20')}")
        kept = {path.name: path.read_bytes() for path in server.data.iterdir()}
        assert server.stop() == 0
    kept |= {path.name: path.read_bytes() for path in server.data.iterdir()}
    logged = server.log.read_text()
    events = [json.loads(line)["event"] for line in logged.splitlines()]
    assert {"turn", "rejected"} <= set(events)
    for name, content in {"the log": logged.encode(), **kept}.items():
        for private in (SECRET, "SECRET", "purple", "amzn1.ask.device"):
            assert private.encode() not in content, name
    assert len(records(server.data / "progress.sqlite3")) == 1  # so there was something to find


# Not starting


def test_a_local_server_is_for_this_machine_alone():
    assert refused("--local", "--host", "0.0.0.0") == (
        "--local answers requests that nobody signed, so it cannot listen on 0.0.0.0: leave --host out, or set "
        "BACKBEAT_SKILL_ID and leave --local out"
    )


def test_a_server_needs_the_id_of_its_skill():
    assert refused() == (
        "BACKBEAT_SKILL_ID is not set: give the id of your skill from the Alexa developer console "
        "(amzn1.ask.skill.…), or use --local to try it out on this machine"
    )


def test_a_server_needs_a_folder_for_its_data(tmp_path: Path):
    file = tmp_path / "file"
    file.write_text("not a folder")
    said = refused("--local", BACKBEAT_DATA_DIR=str(file))
    assert said.startswith(f"cannot keep progress in {file} ")
    assert "BACKBEAT_DATA_DIR" in said


def test_a_server_that_is_older_than_its_file_asks_to_be_updated(tmp_path: Path):
    with serving(tmp_path, "--local") as server:
        server.turn()
        server.stop()
    with closing(sqlite3.connect(server.data / DATABASE)) as database:
        database.execute("pragma user_version = 99")
    said = refused("--local", BACKBEAT_DATA_DIR=str(server.data))
    assert said.endswith("by a newer Backbeat (as 99): update this one")
    assert "disk" not in said


# Stopping


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_what_is_in_flight_is_finished_before_it_stops(tmp_path: Path, number: signal.Signals):
    body = Amazon.body(datetime.now(UTC))
    head = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": str(len(body))}
    with serving(tmp_path, "--local") as server, ExitStack() as stack:
        lines = []
        for _ in range(THREADS):
            line = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S)
            lines.append(stack.enter_context(line))
            begin(line, head)
        server.process.send_signal(number)
        until_closed(server.port)
        assert server.process.poll() is None
        for line in lines:
            line.sendall(body)
        for line in lines:
            answer = http.client.HTTPResponse(line)
            answer.begin()
            assert answer.status == 200
            assert b"<speak>" in answer.read()
        assert server.process.wait(PATIENCE_S) == 0
    assert [json.loads(each)["event"] for each in server.log.read_text().splitlines()] == ["turn"] * THREADS


def begin(line: socket.socket, head: Mapping[str, str]) -> None:
    """Send the head of a request, and no more; the server has it in hand when it asks for the rest."""
    fields = "".join(f"{name}: {value}\r\n" for name, value in {**head, "Expect": "100-continue"}.items())
    line.sendall(f"POST /alexa HTTP/1.1\r\n{fields}\r\n".encode())
    with line.makefile("rb") as reader:
        assert reader.readline() == b"HTTP/1.1 100 Continue\r\n"
        assert reader.readline() == b"\r\n"


def until_open(port: int) -> None:
    """Returns once somebody listens on that port."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S).close()
        except ConnectionError:
            continue
    raise TimeoutError("it takes no connections")


def until_closed(port: int) -> None:
    """Returns once nobody listens on that port any more."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S).close()
        except ConnectionError:
            return
    raise TimeoutError("it still takes connections")


# People


def person(name: str) -> dict[str, Any]:
    """The context of somebody's request."""
    return {"System": {"user": {"userId": name}, "device": {"deviceId": "amzn1.ask.device.HERS"}}}


def conversation(server: Server, **interfaces: dict[str, Any]) -> dict[str, Any]:
    """Somebody opens the coach, and says yes twice; what was answered last."""
    yes = {"type": "IntentRequest", "intent": {"name": "AMAZON.YesIntent"}}
    context = {"System": {**person(SECRET)["System"], "device": {"supportedInterfaces": interfaces}}}
    answer = server.turn(context=context)
    for _ in range(2):
        session = {"new": False, "attributes": answer["sessionAttributes"]}
        answer = server.turn(context=context, request=yes, session=session)
    return answer


def test_a_health_word_is_logged_as_any_other_turn(tmp_path: Path):
    with serving(tmp_path, "--local") as server:
        for name in ("HowManyIntent", "HurtsIntent", "FaintIntent", "EmergencyIntent"):
            server.turn(request={"type": "IntentRequest", "intent": {"name": name}})
        server.stop()
    turns = [json.loads(line) for line in server.log.read_text().splitlines() if '"turn"' in line]
    alike = [{key: turn[key] for key in ("heard", "voice", "player", "level", "event")} for turn in turns]
    assert len(turns) == 4
    assert alike == [alike[0]] * 4


PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("000000040000000000")
"""How a client begins that will have HTTP/2 without asking, and its empty settings."""


def test_nobody_can_begin_http_2(server: Server):
    """Two unfinished bodies on one such connection, hung up, made both threads spin for good."""
    with closing(socket.create_connection(("127.0.0.1", server.port), PATIENCE_S)) as line:
        line.sendall(PREFACE)
        answer = line.recv(100)
    assert not answer or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4"))
    assert server.ask("GET", "/healthz") == (200, b"ok\n")


def test_the_address_may_end_in_a_slash(server: Server):
    status, _ = server.ask("POST", "/alexa/", Amazon.body(datetime.now(UTC)))
    assert status == 200


DRIPS = 500
"""Senders that never end what they have begun."""


def test_whoever_sends_drop_by_drop_keeps_nobody_waiting(server: Server):
    body = Amazon.body(datetime.now(UTC))
    head = f"POST /alexa HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    with ExitStack() as stack:
        for _ in range(DRIPS):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), PATIENCE_S))
            line.sendall(head.encode() + body[:1])
        for _ in range(20):
            assert server.turn()["response"]["outputSpeech"]
            assert server.ask("GET", "/healthz") == (200, b"ok\n")


def memory_kib(process: int) -> int:
    """What a process holds in memory that is nobody else's, KiB."""
    told = Path(f"/proc/{process}/status").read_text()
    return int(next(line.split()[1] for line in told.splitlines() if line.startswith("RssAnon")))


READERS = 100


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own account of memory is read")
def test_whoever_does_not_read_takes_next_to_no_memory_and_keeps_nobody_waiting(tmp_path: Path):
    (tmp_path / "data").mkdir()
    a_bank(tmp_path / "data" / FILE, wanted(catalogue()))
    with (
        serving(tmp_path, "--local", BACKBEAT_PUBLIC_URL="https://coach.example.com") as served,
        ExitStack() as stack,
    ):
        [directive] = conversation(served, AudioPlayer={})["response"]["directives"]
        path = urlsplit(directive["audioItem"]["stream"]["url"]).path
        asking = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        assert served.ask("GET", path)[0] == 200
        before = memory_kib(served.process.pid)
        for _ in range(READERS):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", served.port), PATIENCE_S))
            line.sendall(asking)
            assert line.recv(12) == b"HTTP/1.1 200"
        for _ in range(20):
            assert served.turn()["response"]["outputSpeech"]
        assert (memory_kib(served.process.pid) - before) / READERS <= 256
