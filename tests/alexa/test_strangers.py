"""A real server, sixty-four strangers who name as many certificates, and people who are answered while all of them are fetched."""

import http.client
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread

import pytest
from waitress.wasyncore import close_all

from skill.alexa import signers
from skill.alexa.services import Services
from skill.alexa.signers import WAITING
from skill.alexa.verify import RequestVerifier
from skill.app import create_app
from skill.server import listening, run
from skill.settings import Settings
from tests.alexa.signing import SKILL_ID, URL, Amazon

pytestmark = pytest.mark.alone

STRANGERS = 64
TURNS = 50
PATIENCE_S = 20
"""For what takes a moment; longer, and it is broken."""
FOLDER = "https://s3.amazonaws.com/echo.api"
USUAL = [f"{FOLDER}/echo-api-cert-{number}.pem" for number in range(13, 13 + STRANGERS)]
OTHERS = [f"{FOLDER}/{number}.pem" for number in range(STRANGERS)]


class Coach:
    """A server, and the Amazon that it fetches from: whatever is not genuine is fetched until they are let ``go``."""

    def __init__(self, folder: Path) -> None:
        self.amazon = Amazon()
        self.begun: SimpleQueue[str] = SimpleQueue()
        self.go = Event()
        self.ended: list[str] = []
        verifier = RequestVerifier(
            skill_id=SKILL_ID, roots=self.amazon.roots, fetch=self.fetch, clock=lambda: datetime.now(UTC)
        )
        alexa = Services(clock=lambda: datetime.now(UTC), address=lambda _: None)
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            self.port = free.getsockname()[1]
        app = create_app(Settings(folder, SKILL_ID), verify=verifier.verify, services=alexa)
        self.server = listening(app, "127.0.0.1", self.port)
        self._numbers = count()

    def fetch(self, url: str) -> bytes:
        if url != URL:
            self.begun.put(url)
            self.go.wait()
            self.ended.append(url)
        return self.amazon.fetch(url)

    def genuine(self) -> int:
        """The status of the answer to somebody's turn."""
        request = {"requestId": f"amzn1.echo-api.request.{next(self._numbers)}"}
        body = self.amazon.body(datetime.now(UTC), request=request)
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)) as line:
            line.request("POST", "/alexa", body, self.amazon.headers(body))
            return line.getresponse().status

    def stranger(self, url: str) -> socket.socket:
        """A connection on which a stranger has sent a request, and has not read an answer."""
        body = self.amazon.body(datetime.now(UTC))
        fields = {
            "Host": "localhost",
            "Content-Type": "application/json",
            "Content-Length": len(body),
            "SignatureCertChainUrl": url,
            "Signature-256": "AAAA",
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        line = socket.create_connection(("127.0.0.1", self.port), PATIENCE_S)
        line.sendall(f"POST /alexa HTTP/1.1\r\n{head}\r\n".encode() + body)
        return line


@pytest.fixture
def coach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Coach]:
    """Whoever waits for a fetch there waits until it ends."""
    monkeypatch.setattr(signers, "FETCH_SECONDS", 10 * PATIENCE_S)
    coach = Coach(tmp_path)
    stops: list[float] = []
    serving = Thread(target=run, args=(coach.server, stops))
    serving.start()
    try:
        yield coach
    finally:
        coach.go.set()
        stops.append(time.monotonic())
        serving.join()
        close_all(coach.server._map)


@contextmanager
def strangers(coach: Coach, urls: Sequence[str]) -> Iterator[None]:
    """Their requests are sent, and as many fetches as may be waited for have begun; none has ended when all is over."""
    with ExitStack() as stack:
        for url in urls:
            stack.enter_context(coach.stranger(url))
        for _ in range(WAITING):
            coach.begun.get(timeout=PATIENCE_S)
        yield
        assert coach.ended == []


@pytest.mark.parametrize("urls", [USUAL, OTHERS], ids=["the usual", "others"])
def test_whose_certificate_is_known_is_answered_while_those_of_strangers_are_fetched(
    coach: Coach, urls: Sequence[str]
):
    assert coach.genuine() == 200
    with strangers(coach, urls):
        assert [coach.genuine() for _ in range(TURNS)] == [200] * TURNS


def test_whose_certificate_is_not_known_yet_is_soon_let_in_while_those_of_strangers_are_fetched(coach: Coach):
    deadline = time.monotonic() + PATIENCE_S
    with strangers(coach, OTHERS):
        while coach.genuine() != 200:  # refused while others wait, but fetched
            assert time.monotonic() < deadline
        assert [coach.genuine() for _ in range(TURNS)] == [200] * TURNS
    assert coach.amazon.asked == [URL]
