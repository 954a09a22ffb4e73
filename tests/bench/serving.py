"""Starting one of `tests.bench.apps` in a process of its own, and how much of the processor it used."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

STOP_S = 15
"""How long a server may take to stop; then it is killed."""


@dataclass(frozen=True)
class Serving:
    """An app that is being served."""

    process: subprocess.Popen[str]
    port: int

    def told(self) -> str:
        """The next line of its stdout."""
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def reached(self) -> None:
        """Returns once it takes connections; some only do when the app is there."""
        deadline = time.monotonic() + STOP_S
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port)).close()
            except ConnectionRefusedError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def cpu(self) -> float | None:
        """Seconds of processor time that it and its workers took so far; None where the system does not tell."""
        try:
            return sum(_ticks(pid) for pid in _family(self.process.pid)) / os.sysconf("SC_CLK_TCK")
        except OSError:
            return None


@contextmanager
def serving(app: str, server: str, folder: Path, port: int = 0) -> Iterator[Serving]:
    """The app, from where it is ready to where it is no longer needed; at a port of its own, unless one is given."""
    port = port or free_port()
    command = [sys.executable, "-m", "tests.bench.apps", app, server, str(port), str(folder)]
    log = folder / f"{app}-{server}.log"
    with (
        log.open("a") as stderr,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=stderr, text=True, start_new_session=True
        ) as process,
    ):
        try:
            served = Serving(process, port)
            if served.told() != "ready":
                raise RuntimeError(f"{app} on {server} did not start:\n{log.read_text()}")
            served.reached()
            yield served
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_S)
            with suppress(ProcessLookupError):  # all is over, as it should be
                os.killpg(process.pid, signal.SIGKILL)  # its workers too, which would outlive it


def free_port() -> int:
    """One that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])  # user and system, numbers 14 and 15 of proc(5)
