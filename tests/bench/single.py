"""One request at a time, each on a connection of its own: how long to the first byte; and those that do not read on."""

import json
import socket
import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from skill.server import THREADS
from tests.bench.client import PATIENCE_S

TAKEN = 64 * 1024
"""Bytes, the most that is taken of an answer: then the connection is closed on it, as a player does that is sent on."""

FULL_S, STALLED_S = 0.5, 1.5
"""How long it takes until all between a server and somebody who does not read is full; and how long others then wait."""


@dataclass(frozen=True)
class Answer:
    """What came, as far as it was taken."""

    wait: float
    """Seconds to the first byte of the body."""
    head: str
    body: bytes

    @property
    def response(self) -> dict[str, Any]:
        """Of a turn."""
        assert self.head.startswith("HTTP/1.1 200 "), self.head
        return json.loads(self.body)["response"]


def ask(port: int, request: bytes) -> Answer:
    """Send a request, and take what comes, up to `TAKEN` bytes of it."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        got, body, wait, enough = b"", b"", 0.0, TAKEN
        began = time.perf_counter()
        line.sendall(request)
        while len(body) < enough:
            part = line.recv(TAKEN)
            if not part:
                raise ConnectionError("the server hung up")
            got += part
            head, found, body = got.partition(b"\r\n\r\n")
            if found:
                wait = wait or (time.perf_counter() - began if body else 0.0)
                length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
                enough = min(int(length), TAKEN)
    return Answer(wait, head.decode(), body[:enough])


def beside_paused(port: int, request: bytes) -> str:
    """Whether anyone is answered while players, as many as there are threads, do not read on, having enough for now."""
    with ExitStack() as stack:
        for _ in range(THREADS):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S))
            line.sendall(request)
            assert line.recv(12) == b"HTTP/1.1 206"
        time.sleep(FULL_S)
        with socket.create_connection(("127.0.0.1", port), timeout=STALLED_S) as line:
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            try:
                answered = line.recv(12) == b"HTTP/1.1 200"
            except TimeoutError:
                answered = False
    return f"{THREADS} players that do not read on {'are no bother' if answered else 'BLOCK everyone'}"
