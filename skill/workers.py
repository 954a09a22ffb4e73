"""Who answers what waitress has read: one thread at a time, unless the one at work only waits.

A turn is a millisecond or two of Python, of which one thread runs at any moment. Two at work hand the interpreter to and fro
at every small write: fifty switches a request were counted, and a turn cost nearly twice as much. So one thread takes what there is,
and goes on to the next. Another begins where the one that began last has been at it for `SLOW_S`: it does not compute by
then, but waits, for a certificate or a store far away. Who is free last is asked first: what it needs is at hand.
"""

import logging
import threading
import time
from collections import deque
from queue import SimpleQueue
from typing import Any

SLOW_S = 0.005
"""Longer than nearly every turn, seconds; ours to choose."""

log = logging.getLogger("waitress")


class Workers:
    """Threads, and what waits for one of them: a task dispatcher, as waitress has it.

    Whoever listens for more has to `relieve` them every now and then.
    """

    def __init__(self, threads: int, slow_s: float = SLOW_S) -> None:
        self.queue: deque[Any] = deque()
        """The tasks that nobody has begun."""
        self._slow_s = slow_s
        self._lock = threading.Lock()
        self._at_work, self._began = 0, 0.0
        """How many are, and when the last of them began."""
        self._free: list[SimpleQueue[Any]] = []
        """Where each that is free waits for a task, or for None, at which it ends."""
        self._over = False
        self._threads = [
            threading.Thread(target=self._work, name=f"worker-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def add_task(self, task: Any) -> None:
        """Have a task serviced, when its turn comes."""
        with self._lock:
            self.queue.append(task)
            self._begin()

    def relieve(self) -> None:
        """Have another begin with what waits, if whoever began last is slow."""
        if self.queue:
            with self._lock:
                self._begin()

    def shutdown(self, timeout: float = 5) -> None:
        """Cancel what nobody has begun, and wait for the rest, so many seconds at most."""
        deadline = time.monotonic() + timeout
        with self._lock:
            self._over = True
            left, free = list(self.queue), list(self._free)
            self.queue.clear()
        for task in left:
            task.cancel()
        for one in free:
            one.put(None)
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0))

    def _work(self) -> None:
        """Service one task after another."""
        mine: SimpleQueue[Any] = SimpleQueue()
        with self._lock:
            self._free.append(mine)
            self._begin()
        while task := mine.get():
            try:
                task.service()
            except BaseException:  # as waitress has it: whatever it was, the next is serviced
                log.exception("Exception when servicing %r", task)
            with self._lock:
                self._at_work -= 1
                self._free.append(mine)
                if self._over:
                    mine.put(None)
                self._begin()

    def _begin(self) -> None:
        """Give what waits longest to a free thread, if one may begin."""
        slow = time.monotonic() - self._began >= self._slow_s
        if self.queue and self._free and (slow or not self._at_work):
            self._at_work, self._began = self._at_work + 1, time.monotonic()
            self._free.pop().put(self.queue.popleft())
