"""``python -m tests.bench.soak``: ten minutes of everything at once, and what must hold in them. ``make soak`` is the same.

people     two hundred, each with a speaker in real time; twenty of them disable the skill.  habits: what they do
slow       fifty players that read streams, some of which stall, and a hundred senders that drip
mortal     the server, killed twice in the middle of a turn and started again
ledger     what is counted, and what must hold

It ends with a table, and fails where a turn was lost or anything went wrong. How soon turns are answered is only as good as
the machine: whoever asks runs on it too, and the table says how much of it that takes.
"""

import random
import resource
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import click

from audio.bank import BankFile
from skill.app import CERTIFICATE
from skill.coach.timeline.edition import Edition
from skill.content.reader import catalogue
from skill.server import TEND_S
from skill.settings import prepare
from skill.voice.ours import measure
from skill.voice.phrases import wanted
from skill.voice.reels import Reels, Voiced
from skill.voice.voices import FILE
from tests.alexa.signing import Amazon
from tests.audio.fakes import a_bank
from tests.bench.ledger import Ledger, complaints, left_of, until, warnings
from tests.bench.mortal import PATIENCE_S, Life, Mortal
from tests.bench.people import Person, World
from tests.bench.slow import Slow
from tests.bench.trial import furnish

LOOK_S = 1.0
"""How often the server is asked whether it is well, and looked at."""
TURN_S = 0.004
"""How far into a turn it is killed, at most; about what one takes."""
SHOWN = 20
"""So many kinds of what went wrong are told in full."""

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@dataclass(frozen=True)
class Plan:
    """How much of everything."""

    seconds: float = 600.0
    people: int = 200
    players: int = 50
    drips: int = 100
    forgets: int = 20
    kills: int = 2
    pause_s: float = 6.0
    """How long people think, on average: with two hundred of them, some fifty turns a second."""
    seed: int = 1


@dataclass(frozen=True)
class Outcome:
    """What came of it."""

    ledger: Ledger
    lives: list[Life]
    """Of the server, one more than it was killed."""
    seconds: float
    load_s: float
    """What whoever asked took of the processor."""
    files: dict[str, int]
    """What the server keeps, bytes each."""
    warned: dict[str, int]
    """What its log warns of, and how often."""


def soak(plan: Plan, folder: Path, tell: Callable[[float, Ledger], object] = lambda *_: None) -> Outcome:
    """All of it, in an empty folder; ``tell`` hears how it goes, about once a second."""
    die, ledger, over = random.Random(plan.seed), Ledger(), Event()
    amazon = Amazon()
    home = furnish(folder / "server", amazon)
    (home / CERTIFICATE).write_bytes(
        f"{amazon.url}\n".encode() + amazon.fetch(amazon.url)
    )  # it has been up before
    key = prepare(home / "data")
    bank = BankFile(a_bank(home / "data" / FILE, wanted(catalogue()))).read()
    reels = Reels((Voiced(Edition(catalogue(), measure(bank)), bank),), key)
    with Mortal(home) as server:
        world = World(server, ledger, amazon, reels, over, plan.pause_s)
        people = [Person(world, i, key, random.Random(f"{plan.seed} {i}")) for i in range(plan.people)]
        for i, leaver in enumerate(die.sample(people, plan.forgets)):
            leaver.leaves = datetime.now(UTC) + timedelta(
                seconds=plan.seconds * (0.1 + 0.7 * i / plan.forgets)
            )
        slow = Slow(server, ledger, reels, random.Random(plan.seed), over)
        lives = [person.live for person in people] + [lambda: slow.live(plan.players, plan.drips)]
        threads = [Thread(target=live, daemon=True) for live in lives]
        began, worked = time.monotonic(), time.process_time()
        for thread in threads:
            thread.start()
        watch(plan, server, ledger, die, lambda: tell(time.monotonic() - began, ledger))
        over.set()
        for thread in threads:
            thread.join(PATIENCE_S)
        seconds, load_s = time.monotonic() - began, time.process_time() - worked
        settle(plan, server, ledger, people)
    log = server.log.read_text()
    ledger.errors += complaints(log)
    files = {path.name: path.stat().st_size for path in sorted(server.data.iterdir())}
    return Outcome(ledger, server.lives, seconds, load_s, files, dict(warnings(log)))


def watch(plan: Plan, server: Mortal, ledger: Ledger, die: random.Random, tell: Callable[[], object]) -> None:
    """See to it that the server is well, and kill it now and then; each kill is somewhere in a part of the time."""
    began, part = time.monotonic(), plan.seconds / (plan.kills + 1)
    kills = [part * (i + die.uniform(-0.4, 0.4)) for i in range(1, plan.kills + 1)]
    while (now := time.monotonic() - began) < plan.seconds:
        if kills and now >= kills[0]:
            kills.pop(0)
            server.kill(die.uniform(0, TURN_S))
        try:
            health = server.ask(HEALTH)
            if not health.head.startswith("HTTP/1.1 200 ") or health.body != b"ok\n":
                ledger.errors.append(f"it is not well: {health.body.decode(errors='replace')}")
            server.look()
        except OSError as error:
            ledger.errors.append(f"it is not there: {type(error).__name__}")
        tell()
        time.sleep(min(LOOK_S, *(max(at - now, 0) for at in [*kills, plan.seconds])))


def settle(plan: Plan, server: Mortal, ledger: Ledger, people: list[Person]) -> None:
    """What can only be seen when all is over."""
    for person in people:
        person.check(person.acknowledged.still())
    if len(ledger.forgotten) < plan.forgets:
        ledger.errors.append(f"{len(ledger.forgotten)} have left, of {plan.forgets}")
    staying = [person.who for person in people if person.acknowledged.told]
    if not left_of(server.data, staying):
        ledger.errors.append("nobody is found in the files, so nor would who was forgotten")
    if not until(lambda: not left_of(server.data, ledger.forgotten), TEND_S):
        ledger.errors.append(
            f"{len(left_of(server.data, ledger.forgotten))} are still there who were forgotten"
        )
    if code := server.stop():
        ledger.errors.append(f"told to stop, it ended with {code}")
    if left_of(server.data, ledger.forgotten):
        ledger.errors.append("somebody is back who was forgotten, now that it has stopped")


def table(outcome: Outcome) -> Iterator[str]:
    """What came of it, a line each."""
    ledger, lives = outcome.ledger, outcome.lives
    waits = [1000 * wait for _, wait in ledger.turns]
    reports = sum(kind.startswith("AudioPlayer.") for kind, _ in ledger.turns)
    cpu = sum(life.cpu_s for life in lives)
    rows = {
        "turns": f"{len(waits)} in {outcome.seconds:.0f} s, {reports} of them a player's reports",
        "lost turns": f"{len(ledger.lost)}",
        "errors": f"{len(ledger.errors)}",
        "cut by a kill": f"{len(ledger.cut)} at {len(lives) - 1} kills, and sent again",
        "a turn, ms": f"p50 {statistics.median(waits):.1f}, p99 {statistics.quantiles(waits, n=100)[98]:.1f}, max {max(waits):.0f}",
        "streams": ", ".join(f"{count} {what}" for what, count in sorted(ledger.streams.items())),
        "drips": ", ".join(f"{count} {what}" for what, count in ledger.drips.items()),
        "forgotten": f"{len(ledger.forgotten)} people",
        "memory, MiB": "; ".join(
            f"{life.began_kib / 1024:.0f} to {life.ended_kib / 1024:.0f}" for life in lives
        ),
        "ready after, s": "; ".join(f"{life.ready_s:.1f}" for life in lives),
        "open files": "; ".join(f"{life.most_files} at most" for life in lives),
        "files, KiB": ", ".join(f"{name} {size / 1024:.0f}" for name, size in outcome.files.items()),
        "processor": f"{cpu / outcome.seconds:.0%} of one by the server, {outcome.load_s / outcome.seconds:.0%} by who asks",
        "warnings": ", ".join(f"{count} {event}" for event, count in outcome.warned.items()) or "none",
    }
    yield from (f"{name:14} {row}" for name, row in rows.items())


@click.command()
@click.option("--minutes", default=10.0, show_default=True, help="How long.")
@click.option("--seed", default=1, show_default=True, help="Of all that chance decides.")
def main(*, minutes: float, seed: int) -> None:
    """Everything at once: does it hold?"""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # for the server too, which inherits it
    plan = Plan(seconds=60 * minutes, seed=seed)
    with (
        tempfile.TemporaryDirectory(prefix="backbeat-soak-") as name,
        click.progressbar(length=round(plan.seconds), item_show_func=lambda line: line) as bar,
    ):

        def tell(now: float, ledger: Ledger) -> None:
            told = f"{len(ledger.turns)} turns, {len(ledger.lost)} lost, {len(ledger.errors)} errors"
            bar.update(round(now) - bar.pos, told)

        outcome = soak(plan, Path(name), tell)
    click.echo("\n".join(["", *table(outcome)]))
    for what, times in Counter((*outcome.ledger.lost, *outcome.ledger.errors)).most_common(SHOWN):
        click.echo(f"\n{times} times: {what}")
    raise SystemExit(not outcome.ledger.clean)


if __name__ == "__main__":
    main()
