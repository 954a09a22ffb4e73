"""Who sends: one thread, a few connections kept alive, a request at a time on each. It costs little beside a server.

    run = drive(port, lanes)

``lanes`` holds a connection's requests each, ready to send. Responses are kept, to be looked at when the clock is
stopped.
"""

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass

PATIENCE_S = 30.0
"""Nothing received for so long is the end of it."""

Lane = Sequence[bytes]


@dataclass(frozen=True)
class Run:
    """What came of it."""

    seconds: float
    busy: float
    """How much of a processor the client itself took: 1.0 and it measured itself."""
    answers: list[bytes]
    """Whole responses."""
    waits: list[float]
    """Seconds, one for each answer."""

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.answers) / self.seconds


def drive(port: int, lanes: Sequence[Lane], repeats: int = 1) -> Run:
    """Send everything, ``repeats`` times over."""
    answers: list[bytes] = []
    waits: list[float] = []
    with selectors.DefaultSelector() as selector:
        for lane in lanes:
            line = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(line, selectors.EVENT_READ, _Talk(line, iter(lane * repeats)))
        began, worked = time.perf_counter(), time.process_time()
        for key in list(selector.get_map().values()):
            key.data.send()
        while selector.get_map():
            ready = selector.select(PATIENCE_S)
            if not ready:
                raise TimeoutError(f"no answer in {PATIENCE_S:.0f} s")
            for key, _ in ready:
                if (answer := key.data.receive()) is not None:
                    answers.append(answer)
                    waits.append(time.perf_counter() - key.data.sent)
                    if not key.data.send():
                        selector.unregister(key.fileobj)
                        key.data.line.close()
        seconds, busy = time.perf_counter() - began, time.process_time() - worked
    return Run(seconds, busy / seconds, answers, waits)


class _Talk:
    """One connection."""

    def __init__(self, line: socket.socket, left) -> None:
        self.line, self.left, self.sent, self.got = line, left, 0.0, b""

    def send(self) -> bool:
        """Send the next request; False if that was all."""
        request = next(self.left, None)
        if request is not None:
            self.got, self.sent = b"", time.perf_counter()
            self.line.sendall(request)
        return request is not None

    def receive(self) -> bytes | None:
        """What has come; the answer, once it is whole."""
        part = self.line.recv(65_536)
        if not part:
            raise ConnectionError("the server hung up")
        self.got += part
        head, found, body = self.got.partition(b"\r\n\r\n")
        if not found:
            return None
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        return self.got if len(body) >= int(length) else None
