"""What was answered a moment ago: the same request, sent again, gets the same answer, and nothing happens twice.

A signed request can be sent again by whoever saw it, for as long as its timestamp is valid; and Alexa's own network may deliver
one twice, even at once. Known by all of its bytes, it is answered by whoever was first.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from hashlib import sha256
from threading import Lock

KEPT_S = 310
"""Twice as long as a timestamp is valid either way (150 s; platform facts, section 4), and a little."""

MOST = 1024
"""Answers that are kept, a few kilobytes each: at a hundred turns a minute that is all of them."""

PATIENCE_S = 8.0
"""How long the second of two waits for the first; Alexa waits as long."""


class Answered:
    """The answers of one process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._kept: OrderedDict[bytes, tuple[float, Future[bytes]]] = OrderedDict()

    def once(self, body: bytes, answer: Callable[[], bytes]) -> bytes:
        """The answer to a request that was let in. What goes wrong is not kept: whoever asks again is answered anew."""
        name = sha256(body).digest()
        with self._lock:
            self._forget()
            before = self._kept.get(name)
            mine: Future[bytes] = Future()
            if before is None:
                self._kept[name] = self._clock(), mine
        if before is not None:
            return before[1].result(PATIENCE_S)
        try:
            said = answer()
        except BaseException as error:
            with self._lock:
                self._kept.pop(name, None)
            mine.set_exception(error)
            raise
        mine.set_result(said)
        return said

    def _forget(self) -> None:
        old = self._clock() - KEPT_S
        while self._kept and (len(self._kept) >= MOST or next(iter(self._kept.values()))[0] < old):
            self._kept.popitem(last=False)
