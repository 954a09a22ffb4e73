"""HTTP to the letter, and what is not: over real sockets, whatever arrives has a status, and no traceback is in the log."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from skill.alexa.verify import MAX_BODY
from skill.server import HEAD_BYTES
from tests.alexa.signing import SKILL_ID, Amazon
from tests.test_server import PATIENCE_S, Server, serving

pytestmark = pytest.mark.alone

HEALTHZ = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


@contextmanager
def watched(folder: Path, *options: str, **environ: str) -> Iterator[Server]:
    """A server in whose log are only lines of ours, when all is over."""
    with serving(folder, *options, **environ) as one:
        yield one
        assert one.stop() == 0
    events = {json.loads(line)["event"] for line in one.log.read_text().splitlines()}
    assert events <= {"turn", "rejected", "refused"}


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with watched(tmp_path_factory.mktemp("local"), "--local") as one:
        yield one


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with watched(tmp_path_factory.mktemp("signed"), BACKBEAT_SKILL_ID=SKILL_ID) as one:
        yield one


@pytest.fixture(params=["local", "signed"])
def server(request: pytest.FixtureRequest) -> Server:
    """A server of either mode."""
    return request.getfixturevalue(request.param)


def told(server: Server, sent: bytes) -> list[int]:
    """The statuses of all that is answered to these bytes, when the server has hung up, as it is asked to in the end."""
    with closing(socket.create_connection(("127.0.0.1", server.port), PATIENCE_S)) as line:
        heard = b""
        with suppress(ConnectionError):  # it need not read on to answer
            line.sendall(sent)
        with suppress(ConnectionError):
            while part := line.recv(65536):
                heard += part
    return [int(rest[:3]) for rest in heard.replace(b"HTTP/1.0 ", b"HTTP/1.1 ").split(b"HTTP/1.1 ")[1:]]


def asking(
    first: str = "POST /alexa HTTP/1.1",
    host: str = "Host: localhost",
    *more: str,
    body: bytes | None = None,
    length: str | None = None,
) -> bytes:
    """A request, which is the last on its connection."""
    body = Amazon.body(datetime.now(UTC)) if body is None else body
    length = f"Content-Length: {len(body)}" if length is None else length
    lines = (first, host, "Content-Type: application/json", "Connection: close", length, *more)
    return "".join(f"{line}\r\n" for line in lines if line).encode("latin-1") + b"\r\n" + body


def chunked(body: bytes, size: int = 8000) -> bytes:
    chunks = (body[i : i + size] for i in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


CHUNKED = "Transfer-Encoding: chunked"

# RFC 9112, section 3.2: no Host, two, or one that is none

HOSTS = {
    "none": "",
    "two": "Host: localhost\r\nHost: localhost",
    "two others": "Host: localhost\r\nHost: coach.example.com",
    "nothing in it": "Host:",
    "a space in it": "Host: local host",
    "a path in it": "Host: localhost/alexa",
    "a user in it": "Host: me@localhost",
    "no number for its port": "Host: localhost:port",
    "half an address": "Host: [::1",
}


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
@pytest.mark.parametrize(
    "first", ["GET /healthz HTTP/1.1", "POST /alexa HTTP/1.1", "GET /healthz HTTP/1.2", "GET /healthz"]
)
def test_a_request_without_one_valid_host_is_refused(server: Server, first: str, host: str):
    assert told(server, asking(first, host, body=b"" if "GET" in first else None)) == [400]
    assert server.ask("GET", "/healthz")[0] == 200


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1:5005", "[::1]:5005", "localhost:"])
def test_a_valid_host_is_taken(server: Server, host: str):
    assert told(server, asking("GET /healthz HTTP/1.1", f"Host: {host}", body=b"")) == [200]


# Too much

LONG = b" " * (MAX_BODY + 1)
TOO_MUCH = {
    "with its length": (asking(body=LONG), 413),
    "in chunks": (asking("POST /alexa HTTP/1.1", "Host: localhost", CHUNKED, body=chunked(LONG), length=""), 413),
    "in one chunk": (asking("POST /alexa HTTP/1.1", "Host: localhost", CHUNKED, body=chunked(LONG, len(LONG)), length=""), 413),
    "in chunks without end": (
        asking("POST /alexa HTTP/1.1", "Host: localhost", CHUNKED, body=chunked(LONG)[:-5] * 3, length=""),
        413,
    ),
    "in chunks of a byte": (asking("POST /alexa HTTP/1.1", "Host: localhost", CHUNKED, body=chunked(LONG, 1), length=""), 413),
    "announced, and to be asked for": (
        asking("POST /alexa HTTP/1.1", "Host: localhost", "Expect: 100-continue", body=b"", length="Content-Length: 999999"),
        413,
    ),
    "a length beyond all bounds": (asking(length=f"Content-Length: {'9' * 23}"), 413),
    "a length that no number is": (asking(length=f"Content-Length: {'9' * 5000}"), 400),
    "a length below nothing": (asking(length="Content-Length: -1"), 400),
    "a length in words": (asking(length="Content-Length: ten"), 400),
    "an empty length": (asking(length="Content-Length:"), 400),
    "two lengths": (asking(length="Content-Length: 5\r\nContent-Length: 6"), 400),
    "a chunk of no length": (asking("POST /alexa HTTP/1.1", "Host: localhost", CHUNKED, body=b"zz\r\n\r\n", length=""), 400),
    "packed in some way": (asking("POST /alexa HTTP/1.1", "Host: localhost", "Transfer-Encoding: gzip", body=b""), 501),
    "an address": (asking(f"GET /{'a' * HEAD_BYTES} HTTP/1.1"), 431),
    "a header": (asking("GET /healthz HTTP/1.1", "Host: localhost", f"Accept: {'a' * HEAD_BYTES}"), 431),
    "headers": (asking("GET /healthz HTTP/1.1", "Host: localhost", *(f"A{i}: b" for i in range(HEAD_BYTES // 6))), 431),
    "a header without end": (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nAccept: " + b"a" * (2 * HEAD_BYTES), 431),
}  # fmt: skip


@pytest.mark.parametrize(("sent", "status"), TOO_MUCH.values(), ids=TOO_MUCH)
def test_too_much_is_turned_away(server: Server, sent: bytes, status: int):
    assert told(server, sent) == [status]
    assert server.ask("GET", "/healthz")[0] == 200


@pytest.mark.parametrize("refused", ["Content-Length: ten", "Host: localhost"])
def test_what_is_refused_is_not_asked_for(server: Server, refused: str):
    """Or else what follows would be read as another request."""
    sent = asking(
        "POST /alexa HTTP/1.1", "Host: localhost", refused, "Expect: 100-continue", body=HEALTHZ, length=""
    )
    assert told(server, sent) == [400]


# What is asked in another way

WAYS = {
    "an address after the ?": (asking("POST /alexa?x=1 HTTP/1.1"), [200]),
    "a whole address": (asking("POST http://localhost/alexa HTTP/1.1"), [200]),
    "a whole address of another": (asking("POST http://coach.example.com/alexa HTTP/1.1"), [400]),
    "half an address": (asking("POST http://[::1/alexa HTTP/1.1"), [400]),
    "in chunks": (
        asking("POST /alexa HTTP/1.1", "Host: localhost", CHUNKED, body=chunked(Amazon.body(datetime.now(UTC)), 100), length=""),
        [200],
    ),
    "one after another": (HEALTHZ + asking(), [200, 200]),
    "a hundred, one after another": (HEALTHZ * 99 + asking(), [200] * 100),
    "a bad one before a good one": (HEALTHZ.replace(b"Host", b"Hose") + asking(), [400]),
    "a version that there is not": (asking("POST /alexa HTTP/9.9"), [400]),
    "a path with a byte that is no text": (asking("GET /%ff%00 HTTP/1.1", body=b""), [404]),
    "what is no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", [400]),
}  # fmt: skip


@pytest.mark.parametrize(("sent", "statuses"), WAYS.values(), ids=WAYS)
def test_each_way_to_ask_has_its_answer(local: Server, sent: bytes, statuses: list[int]):
    assert told(local, sent) == statuses


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_another_method_is_told_which_to_use(server: Server, method: str):
    with closing(socket.create_connection(("127.0.0.1", server.port), PATIENCE_S)) as line:
        line.sendall(asking(f"{method} /alexa HTTP/1.1", body=b""))
        with line.makefile("rb") as reader:
            status, *headers = reader.read().split(b"\r\n\r\n")[0].split(b"\r\n")
    assert status.split()[1] == b"405"
    (allow,) = (header for header in headers if header.lower().startswith(b"allow: "))
    assert set(allow.decode().partition(": ")[2].split(", ")) == {"POST", "OPTIONS"}
