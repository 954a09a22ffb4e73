"""Several servers, all up, driven in turn: A B C, A B C, ... so that whatever else the machine does falls on all."""

import multiprocessing
import statistics
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from skill.app import CERTIFICATE
from tests.alexa.signing import Amazon, pem
from tests.bench import traffic
from tests.bench.client import Lane, Run, drive
from tests.bench.serving import Serving

ROUNDS = 5
CONNECTIONS = 8
PEOPLE = 200
"""In a round; each has a conversation of six turns."""
WARMING = 24
"""People before the first round, who are not counted."""


@dataclass(frozen=True)
class Contender:
    """A server in the trial."""

    serving: Serving
    says: bytes
    """What every one of its answers has in it."""
    repeats: int = 1
    """How often it is sent a round's requests, so that a run takes a second or so. A turn is never sent twice."""


@dataclass
class Outcome:
    """What one server did."""

    runs: list[Run] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """µs of its processor time a request, a run each; empty where the system does not tell."""

    @property
    def rate(self) -> float:
        """Requests per second, in the median run."""
        return statistics.median(run.rate for run in self.runs)

    @property
    def row(self) -> str:
        """All of it in a line."""
        rates = [run.rate for run in self.runs]
        waits = [1000 * wait for run in self.runs for wait in run.waits]
        cpu = f"{statistics.median(self.cpu):6.0f}" if self.cpu else "     ?"
        return (
            f"{self.rate:7.0f} {min(rates):6.0f}-{max(rates):<6.0f} {cpu} {statistics.median(waits):8.1f} "
            f"{statistics.quantiles(waits, n=100)[98]:6.1f} {100 * max(run.busy for run in self.runs):7.0f} %"
        )


HEADING = "  req/s    lowest-highest  CPU µs   p50 ms p99 ms  client"


def furnish(folder: Path, amazon: Amazon) -> Path:
    """A folder for an app, with what it knows of Amazon."""
    folder.mkdir()
    (folder / "root.pem").write_bytes(pem(amazon.root))
    chain = amazon.fetch(amazon.url)
    (folder / "chain.pem").write_bytes(chain)
    (folder / CERTIFICATE).write_bytes(f"{amazon.url}\n".encode() + chain)  # as after a first request
    return folder


def rounds(folder: Path, amazon: Amazon, now: datetime) -> list[list[Lane]]:
    """What is sent in each round, and before the first: signed beforehand, and never the same person twice."""
    steps = traffic.conversation(folder, now)
    sizes = [WARMING] + [PEOPLE] * ROUNDS
    crowds = [[f"{i}-{person}" for person in range(size)] for i, size in enumerate(sizes)]
    return [traffic.lanes(steps, amazon, crowd, CONNECTIONS) for crowd in crowds]


def trial(contenders: Mapping[str, Contender], sent: Sequence[Sequence[Lane]]) -> dict[str, Outcome]:
    """Every round sent to every contender, one after the other; the first is to warm up."""
    outcomes = {name: Outcome() for name in contenders}
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as client:
        for i, lanes in enumerate(sent):
            for name, contender in contenders.items():
                before = contender.serving.cpu()
                run = client.submit(drive, contender.serving.port, lanes, contender.repeats).result()
                after = contender.serving.cpu()
                check(name, contender, run)
                if i:
                    outcomes[name].runs.append(run)
                    if before is not None and after is not None:
                        outcomes[name].cpu.append(1e6 * (after - before) / len(run.answers))
    return outcomes


def check(name: str, contender: Contender, run: Run) -> None:
    """A bench that measures error pages is worth nothing."""
    for answer in run.answers:
        if not answer.startswith(b"HTTP/1.1 200 ") or contender.says not in answer:
            raise AssertionError(f"{name} answered {answer.decode()[:2000]}")
