"""A server that is killed and started again in the same place, and a way to look into its store meanwhile.

Its store is looked into by a process of another kind, as ``backbeat forget`` would; never while the server dies, since then
nobody else may have the file open: whoever is last to close it would tidy up behind the dead.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Condition, Lock
from types import TracebackType
from typing import Self

from skill.errors import StoreError
from skill.kept.sqlite import SqliteStore
from skill.kept.upgrades import Saved
from skill.settings import DATABASE
from tests.bench.serving import STOP_S, Serving, free_port, serving
from tests.bench.single import Answer, ask

PATIENCE_S = 8.0
"""How long Alexa waits for an answer; and how long we look for what is about to be in the store, or gone from it."""

HEARD_S = 0.05
"""How long an answer may be on its way."""

APP, SERVER = "streams", "waitress"


class Cut(Exception):  # it is named for what happened
    """The server was killed under a request."""


@dataclass
class Life:
    """A process of the server's, from start to end."""

    began_kib: int
    """What it had in memory when it was ready."""
    ready_s: float = 0.0
    """How long it took to be."""
    ended_kib: int = 0
    most_files: int = 0
    """Open at a time."""
    cpu_s: float = 0.0
    """What it took of the processor."""

    def look(self, served: Serving) -> None:
        """How it is by now."""
        pid = served.process.pid
        self.ended_kib = memory_kib(pid)
        self.most_files = max(self.most_files, open_files(pid))
        self.cpu_s = served.cpu() or 0.0


@dataclass
class Mortal:
    """Our server. Asked, it answers, or was killed under the request: then it raises `Cut`."""

    home: Path
    """Its folder, as `tests.bench.trial.furnish` makes it; its data is in ``data``."""
    lives: list[Life] = field(default_factory=list)
    """Of each of its processes, the last being the one that is up."""
    flying: int = 0
    """Requests that are in flight."""

    def __post_init__(self) -> None:
        self.port = free_port()
        self.up, self._changed, self._looking = False, Condition(), Lock()
        self._process = ExitStack()
        self._store = SqliteStore(self.data / DATABASE)

    @property
    def data(self) -> Path:
        """Where it keeps everything."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """What it says, all of its lives through."""
        return self.home / f"{APP}-{SERVER}.log"

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._store.close()
        self._process.close()

    @contextmanager
    def asked(self) -> Iterator[None]:
        """What breaks off in here was `Cut`, if the server was killed meanwhile; else it is what it is. It is waited for."""
        with self._changed:
            self._changed.wait_for(lambda: self.up)
            life = len(self.lives)
        try:
            yield
        except (OSError, EOFError) as error:
            with self._changed:
                if self.up and life == len(self.lives):
                    raise
            raise Cut from error

    def ask(self, request: bytes) -> Answer:
        """Its answer, with how long that took in all. Raises Cut; or OSError, which is its own fault."""
        with self.asked():
            self._count(1)
            began = time.perf_counter()
            try:
                return replace(ask(self.port, request), wait=time.perf_counter() - began)
            finally:
                self._count(-1)

    def kept(self, who: str) -> Saved:
        """What is kept of somebody; nothing, if they are unknown."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                with self._looking:
                    return self._store.load(who).saved
            except StoreError:  # it was frozen while it was tidying up
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def kill(self, after_s: float) -> None:
        """It is killed while it answers somebody, so long after they began to ask; and started again.

        It is frozen first: then nobody has its file open when it dies, and whoever was answered already has the time to hear it.
        """
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self.flying)
            time.sleep(after_s)
            self.served.process.send_signal(signal.SIGSTOP)
            with self._looking:  # as whoever asks does first: so from here on nobody begins to
                time.sleep(HEARD_S)
                if self.flying:
                    return self._die()
                self.served.process.send_signal(signal.SIGCONT)

    def _die(self) -> None:
        self._store.close()
        self.look()
        with self._changed:
            self.up = False
        self.served.process.kill()
        self.served.process.wait(STOP_S)
        self._process.close()
        self._start()

    def stop(self) -> int:
        """It is asked to stop, and does; its exit code."""
        self.look()
        self.served.process.terminate()
        return self.served.process.wait(STOP_S)

    def look(self) -> None:
        """How its process is by now."""
        self.lives[-1].look(self.served)

    def _start(self) -> None:
        began = time.monotonic()
        self.served = self._process.enter_context(serving(APP, SERVER, self.home, self.port))
        with self._changed:
            self.lives.append(Life(memory_kib(self.served.process.pid), time.monotonic() - began))
            self.up = True
            self._changed.notify_all()

    def _count(self, by: int) -> None:
        with self._changed:
            self.flying += by
            self._changed.notify_all()


def memory_kib(pid: int) -> int:
    """What a process holds in memory, KiB."""
    told = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in told.splitlines() if line.startswith("VmRSS")))


def open_files(pid: int) -> int:
    """How many a process has, its connections among them."""
    return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208  # names are enough
