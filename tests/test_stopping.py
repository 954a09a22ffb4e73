"""How a server ends: soon, whoever is connected; what is in flight is finished; and of one that is killed nothing remains."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from skill.content.reader import catalogue
from skill.voice.phrases import wanted
from skill.voice.voices import FILE
from tests.alexa.signing import Amazon
from tests.audio.fakes import a_bank
from tests.test_server import PATIENCE_S, Server, begin, conversation, serving, until_closed

pytestmark = pytest.mark.alone


@contextmanager
def connected(server: Server) -> Iterator[socket.socket]:
    with closing(socket.create_connection(("127.0.0.1", server.port), PATIENCE_S)) as line:
        yield line


def asked() -> tuple[bytes, bytes]:
    """A request: its head, and its body."""
    body = Amazon.body(datetime.now(UTC))
    head = f"POST /alexa HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode(), body


def in_hand(line: socket.socket) -> bytes:
    """Have a request begun, which keeps a server that is told to stop for a while; the rest of it."""
    body = Amazon.body(datetime.now(UTC))
    begin(line, {"Host": "localhost", "Content-Type": "application/json", "Content-Length": str(len(body))})
    return body


def answered(line: socket.socket) -> http.client.HTTPResponse:
    answer = http.client.HTTPResponse(line)
    answer.begin()
    answer.read()
    return answer


def test_the_last_answer_on_a_connection_says_that_it_is_the_last(tmp_path: Path):
    """Else whoever asks again and again would keep it from stopping."""
    with serving(tmp_path, "--local") as server, connected(server) as line:
        rest = in_hand(line)
        server.process.send_signal(signal.SIGTERM)
        until_closed(server.port)
        line.sendall(rest)
        answer = answered(line)
        assert (answer.status, answer.headers["Connection"]) == (200, "close")
        assert line.recv(1) == b""
        assert server.process.wait(PATIENCE_S) == 0


def test_a_connection_that_only_waits_is_hung_up_before_the_end(tmp_path: Path):
    with serving(tmp_path, "--local") as server, connected(server) as busy, connected(server) as idle:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert answered(idle).status == 200
        rest = in_hand(busy)
        server.process.send_signal(signal.SIGTERM)
        assert idle.recv(1) == b""
        busy.sendall(rest)  # it has not ended yet
        assert answered(busy).status == 200
        assert server.process.wait(PATIENCE_S) == 0


def test_whoever_had_come_before_it_was_told_to_stop_is_answered(tmp_path: Path):
    with serving(tmp_path, "--local") as server, ExitStack() as stack:
        os.kill(server.process.pid, signal.SIGSTOP)  # it is busy, and they wait at the door
        lines = [stack.enter_context(connected(server)) for _ in range(20)]
        for line in lines:
            line.sendall(b"".join(asked()))
        server.process.send_signal(signal.SIGTERM)
        os.kill(server.process.pid, signal.SIGCONT)
        assert [answered(line).status for line in lines] == [200] * 20
        assert server.process.wait(PATIENCE_S) == 0


def test_a_request_that_is_never_finished_does_not_keep_it(tmp_path: Path):
    with serving(tmp_path, "--local") as server, connected(server) as head, connected(server) as body:
        head.sendall(asked()[0][:40])
        in_hand(body)
        assert server.stop() == 0


def not_reading(server: Server, stack: ExitStack) -> None:
    """Megabytes are on their way to somebody who does not read on."""
    [directive] = conversation(server, AudioPlayer={})["response"]["directives"]
    line = stack.enter_context(connected(server))
    path = urlsplit(directive["audioItem"]["stream"]["url"]).path
    line.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert line.recv(12) == b"HTTP/1.1 200"


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bank") / FILE
    a_bank(path, wanted(catalogue()))
    return path


@pytest.fixture
def with_voice(tmp_path: Path, bank: Path) -> Iterator[Server]:
    (tmp_path / "data").mkdir()
    shutil.copy(bank, tmp_path / "data")
    with serving(tmp_path, "--local", BACKBEAT_PUBLIC_URL="https://coach.example.com") as server:
        yield server


def test_an_answer_that_is_not_read_does_not_keep_it(with_voice: Server):
    with ExitStack() as stack:
        not_reading(with_voice, stack)
        assert with_voice.stop() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_told_a_second_time_it_stops_as_it_is(with_voice: Server, number: signal.Signals):
    with ExitStack() as stack:
        not_reading(with_voice, stack)
        with_voice.process.send_signal(number)
        until_closed(with_voice.port)
        assert with_voice.stop(number) == 128 + number


BEHIND = """
import threading
from skill.alexa.services import in_background
begun = threading.Event()
def ask():
    begun.set()
    threading.Event().wait()
behind = in_background()
for _ in range(5):
    behind(ask)
begun.wait()
"""


def test_what_alexa_is_asked_behind_does_not_keep_it():
    assert subprocess.run([sys.executable, "-c", BEHIND], timeout=PATIENCE_S, check=False).returncode == 0


def test_of_a_server_that_is_killed_nothing_remains(tmp_path: Path):
    with serving(tmp_path, "--local") as server, connected(server) as line:
        in_hand(line)
        server.process.kill()
        assert server.process.wait(PATIENCE_S) == -signal.SIGKILL
        with pytest.raises(ProcessLookupError):  # it leads a group of its own
            os.killpg(server.process.pid, 0)
        with socket.create_server(("127.0.0.1", server.port)):
            pass
