"""``backbeat serve --local`` answers this machine alone: what comes through a proxy or a tunnel that runs on it is refused, and the
operator is told why.
"""

import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.alexa.signing import SKILL_ID, Amazon
from tests.test_server import PATIENCE_S, Server, serving

pytestmark = pytest.mark.alone

INSTEAD = "set BACKBEAT_SKILL_ID, and leave --local out"


@dataclass(frozen=True)
class Kind:
    """How a proxy passes a request on."""

    adds: Mapping[str, str] = field(default_factory=dict)
    keeps_host: bool = False
    """Passes on the name that was asked for; otherwise the address behind it."""
    version: str = "HTTP/1.1"


class Proxy(ThreadingHTTPServer):
    """Passes requests on to a port of this machine, as some program does that anybody can reach."""

    def __init__(self, kind: Kind, port: int) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.kind, self.port = kind, port


class Passing(BaseHTTPRequestHandler):
    server: Proxy

    def do_POST(self) -> None:
        kind, body = self.server.kind, self.rfile.read(int(self.headers["Content-Length"]))
        behind = f"127.0.0.1:{self.server.port}"
        headers = {**self.headers, **kind.adds, "Host": self.headers["Host"] if kind.keeps_host else behind}
        with closing(http.client.HTTPConnection(behind, timeout=PATIENCE_S)) as line:
            line._http_vsn_str = kind.version
            line.request("POST", self.path, body, headers)
            answer = line.getresponse()
            said = answer.read()
        self.send_response(answer.status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def proxied(kind: Kind, port: int) -> Iterator[int]:
    """The port of such a proxy."""
    with Proxy(kind, port) as proxy:
        Thread(target=proxy.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield proxy.server_port
        finally:
            proxy.shutdown()


def through(
    port: int, host: str = "coach.example.com", address: str = "/alexa", **more: str
) -> tuple[int, bytes]:
    """What somebody is answered to an unsigned request, who calls the machine by that name."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)) as line:
        body = Amazon.body(datetime.now(UTC))
        line.request("POST", address, body, {"Content-Type": "application/json", "Host": host, **more})
        answer = line.getresponse()
        return answer.status, answer.read()


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("local"), "--local") as server:
        yield server


FAR = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
KINDS = {
    "Caddy": (Kind({**FAR, "X-Forwarded-Host": "coach.example.com"}, keeps_host=True), "X-Forwarded-For"),
    "Apache": (Kind({**FAR, "X-Forwarded-Server": "coach.example.com"}), "X-Forwarded-For"),
    "nginx, with nothing set": (Kind({"Connection": "close"}, version="HTTP/1.0"), "HTTP/1.0"),
    "nginx, with X-Real-IP": (Kind({"X-Real-IP": "203.0.113.7"}), "X-Real-IP"),
    "HAProxy": (Kind(keeps_host=True), "its Host is not this machine"),
    "ngrok, with its host header rewritten": (Kind({**FAR, "X-Forwarded-Host": "a.ngrok.app"}), "X-Forwarded-For"),
    "cloudflared": (Kind({"CF-Connecting-IP": "203.0.113.7", "CF-Ray": "1"}), "CF-Connecting-IP"),
    "Akamai": (Kind({"True-Client-IP": "203.0.113.7"}), "True-Client-IP"),
    "by RFC 7239": (Kind({"Forwarded": "for=203.0.113.7"}), "Forwarded"),
    "by RFC 9110": (Kind({"Via": "1.1 coach"}), "Via"),
    "one that nobody here has heard of": (Kind({"X-Forwarded-Otherwise": "yes"}), "X-Forwarded-Otherwise"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "seen"), KINDS.values(), ids=KINDS)
def test_what_was_passed_on_is_refused_and_the_log_says_why(local: Server, kind: Kind, seen: str):
    before = len(local.log.read_text().splitlines())
    with proxied(kind, local.port) as port:
        status, said = through(port)
    assert (status, said) == (400, b"This server answers this machine alone. Its log says why.\n")
    (line,) = local.log.read_text().splitlines()[before:]
    logged = json.loads(line)
    assert (logged["event"], logged["instead"]) == ("refused", INSTEAD)
    assert seen.lower() in logged["why"].lower()  # WSGI forgets how a name was written
    assert "203.0.113.7" not in line
    assert local.turn()["response"]["outputSpeech"]


def test_what_alexa_signed_has_come_from_afar_however_it_came(local: Server):
    with proxied(Kind(), local.port) as port:
        assert through(port, SignatureCertChainUrl="https://s3.amazonaws.com/echo.api/cert.pem")[0] == 400


def test_on_this_machine_it_answers_to_any_program(local: Server):
    for name in (
        "User-Agent",
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
        "Origin",
        "Cache-Control",
        "Authorization",
    ):
        assert through(local.port, "localhost", **{name: "*"})[0] == 200


def test_an_address_in_the_first_line_counts_more_than_the_host(local: Server):
    for address, status in {"http://localhost/alexa": 200, "http://coach.example.com/alexa": 400}.items():
        assert through(local.port, "localhost", address)[0] == status


def test_a_server_that_asks_for_signatures_may_be_behind_any_of_them(tmp_path: Path):
    with serving(tmp_path, BACKBEAT_SKILL_ID=SKILL_ID) as server:
        for kind, _ in KINDS.values():
            with proxied(kind, server.port) as port:
                assert through(port)[0] == 400
        logged = [json.loads(line) for line in server.log.read_text().splitlines()]
    assert len(logged) == len(KINDS)
    assert all(line["why"].startswith("SignatureCertChainUrl is missing") for line in logged)


ASKED = {
    "a form or a script of another site": ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}, 400),
    "one of this machine's other servers": (
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"},
        400,
    ),
    "a picture of another site": ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 400),
    "an older browser, for another site": ({"Origin": "https://example.com"}, 400),
    "a file that was opened": ({"Origin": "null"}, 400),
    "our own page": ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}, 200),
    "no browser": ({}, 200),
}


@pytest.mark.parametrize(("headers", "status"), ASKED.values(), ids=ASKED)
def test_what_another_site_asks_for_in_a_browser_here_is_refused(
    local: Server, headers: dict[str, str], status: int
):
    assert through(local.port, f"localhost:{local.port}", **headers)[0] == status


def test_a_link_to_the_page_may_be_followed(local: Server):
    headers = {
        "Host": f"localhost:{local.port}",
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
    }
    with closing(http.client.HTTPConnection("127.0.0.1", local.port, timeout=PATIENCE_S)) as line:
        line.request("GET", "/", headers=headers)
        assert line.getresponse().status == 200
