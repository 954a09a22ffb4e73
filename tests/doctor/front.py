"""What may stand in front of the coach: a real https server on loopback, which does to requests and answers what a test has it do."""

import json
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask

from skill.alexa.verify import HOST as AMAZON
from skill.doctor.network import Network
from tests.alexa.signing import Holder, ec_key, issue, pem, root, rsa_key

HOST = "coach.example.com"
NAMES = (HOST, AMAZON)
PATIENCE_S = 5


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Told:
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    date: datetime | None = None
    """Now, if it is None."""


Pass = Callable[[Asked, Callable[[Asked], Told]], Told]
"""From a request, and what would answer it, to the answer."""


def as_it_is(asked: Asked, onwards: Callable[[Asked], Told]) -> Told:
    return onwards(asked)


@cache
def between() -> Holder:
    return issue("Pretend Intermediate", rsa_key("Pretend Intermediate"), by=root(), ca=True)


def good() -> tuple[Holder, ...]:
    """A chain that is trusted here."""
    return issue(HOST, ec_key(), by=between(), dns=NAMES), between()


def written(folder: Path, chain: tuple[Holder, ...]) -> Path:
    """The file that a server reads its certificate from."""
    private = chain[0].key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = folder / "chain.pem"
    file.write_bytes(private + pem(*chain))
    return file


def secure(folder: Path, chain: tuple[Holder, ...]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(written(folder, chain))
    return context


@contextmanager
def standing(app: Flask, passes: Pass = as_it_is, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """The port of a server that passes on to ``app``; without a ``context`` it speaks plain http."""

    def onwards(asked: Asked) -> Told:
        with app.test_client() as client:
            answer = client.open(asked.path, method=asked.method, headers=asked.headers, data=asked.body)
            kept = {name: value for name, value in answer.headers.items() if name != "Date"}
            return Told(answer.status_code, kept, answer.get_data())

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout, disable_nagle_algorithm = PATIENCE_S, True

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            told = passes(Asked(self.command, self.path, dict(self.headers.items()), body), onwards)
            self.send_response_only(told.status)
            moment = told.date or datetime.now(UTC)
            lengths = {} if "Content-Length" in told.headers else {"Content-Length": str(len(told.body))}
            dated = {**told.headers, **lengths, "Date": moment.strftime("%a, %d %b %Y %H:%M:%S GMT")}
            for name, value in dated.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told.body)

        do_GET = do_HEAD = do_POST = answer  # noqa: N815  # as http.server calls them

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def get_request(self) -> tuple[socket.socket, object]:
            line, where = super().get_request()
            try:
                return (context.wrap_socket(line, server_side=True) if context else line), where
            except OSError:  # whoever came does not trust us
                line.close()
                raise

        def handle_error(self, *_: object) -> None:
            """Whoever came hung up."""

    server = Server(("127.0.0.1", 0), Handler)
    running = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    running.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        running.join()
        server.server_close()


def leading(ports: Mapping[str, int], roots: Path, **ways: object) -> Network:
    """A network in which each name leads to a port of this machine, and only those are there."""

    def connect(host: str, _: int, patience_s: float) -> socket.socket:
        if host not in ports:
            raise ConnectionRefusedError
        return socket.create_connection(("127.0.0.1", ports[host]), patience_s)

    roots.write_bytes(pem(root()))
    return replace(
        Network(resolve=lambda _: ["203.0.114.7"], connect=connect, roots=str(roots), patience_s=PATIENCE_S),
        **ways,
    )


# What proxies do that they should not


def rewrites_json(asked: Asked, onwards: Callable[[Asked], Told]) -> Told:
    try:
        body = json.dumps(json.loads(asked.body)).encode() if asked.method == "POST" else asked.body
    except ValueError:
        body = asked.body
    return onwards(replace(asked, body=body, headers={**asked.headers, "Content-Length": str(len(body))}))


def takes_little(asked: Asked, onwards: Callable[[Asked], Told]) -> Told:
    return Told(413, {}, b"too large") if len(asked.body) > 64 * 1024 else onwards(asked)


def cuts(asked: Asked, onwards: Callable[[Asked], Told]) -> Told:
    body = asked.body[: 64 * 1024]
    return onwards(replace(asked, body=body, headers={**asked.headers, "Content-Length": str(len(body))}))


def drops(*names: str) -> Pass:
    def passes(asked: Asked, onwards: Callable[[Asked], Told]) -> Told:
        kept = {name: value for name, value in asked.headers.items() if name not in names}
        return onwards(replace(asked, headers=kept))

    return passes


def answers(status: int, body: bytes = b"", *, below: str = "/", **headers: str) -> Pass:
    """Its own page, for what is below a path."""

    def passes(asked: Asked, onwards: Callable[[Asked], Told]) -> Told:
        return Told(status, headers, body) if asked.path.startswith(below) else onwards(asked)

    return passes


def compresses(asked: Asked, onwards: Callable[[Asked], Told]) -> Told:
    told = onwards(asked)
    if not asked.path.startswith("/audio"):
        return told
    return replace(told, headers={**told.headers, "Content-Type": "application/octet-stream"})


def other_bytes(asked: Asked, onwards: Callable[[Asked], Told]) -> Told:
    told = onwards(asked)
    return replace(told, body=told.body[::-1]) if asked.path.startswith("/audio") else told


def tells_no_range(asked: Asked, onwards: Callable[[Asked], Told]) -> Told:
    told = onwards(asked)
    return replace(
        told, headers={name: value for name, value in told.headers.items() if name != "Content-Range"}
    )


def is_late(asked: Asked, onwards: Callable[[Asked], Told]) -> Told:
    return replace(onwards(asked), date=datetime.now(UTC) - timedelta(minutes=10))
