"""``python -m tests.bench``: requests per second of the whole turn, beside a bare route and a one-handler skill."""

import os
import socket
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import click

from skill.logs import log_to
from skill.server import THREADS
from tests.alexa.signing import Amazon
from tests.bench import apps, reels, stages, streams, traffic
from tests.bench.client import PATIENCE_S
from tests.bench.serving import STOP_S, Serving, serving
from tests.bench.trial import CONNECTIONS, HEADING, PEOPLE, ROUNDS, Contender, Outcome, furnish, rounds, trial

SPEECH = b'"ssml":"<speak>'
SAYS = {"turn": SPEECH, "one handler": b"<speak>hello</speak>", "bare": b"hello"}
REPEATS = {"turn": 1, "one handler": 1, "bare": 4}
STALLED_S = 3.0
"""How long somebody waits for an answer beside those who do not finish their request."""
STAGED = 60
"""People whose turns are taken apart."""


@click.command()
@click.option("--servers", is_flag=True, help="The whole turn on every WSGI server installed, instead.")
def main(*, servers: bool) -> None:
    """Measure the whole turn: verified, deserialised, stepped, kept, rendered, serialised."""
    began = time.monotonic()
    with Path(os.devnull).open("w") as nowhere, tempfile.TemporaryDirectory(prefix="backbeat-bench-") as name:
        log_to(nowhere)
        (compare_servers if servers else compare_apps)(Path(name), Amazon())
    if not servers:
        click.echo("\n" + "\n".join(reels.measured()))
    click.echo(f"\n{time.monotonic() - began:.0f} s in all.")


def compare_apps(folder: Path, amazon: Amazon) -> None:
    """The three contenders, and the stages of a turn."""
    now = traffic.now()
    sent = rounds(folder / "rehearsal", amazon, now)
    announce(sent[0][0][2])
    with ExitStack() as stack:
        contenders = {
            name: Contender(
                stack.enter_context(serving(name, "waitress", furnish(folder / name, amazon))),
                SAYS[name],
                repeats,
            )
            for name, repeats in REPEATS.items()
        }
        outcomes = trial(contenders, sent)
    show(outcomes)
    click.echo()
    for other in ("one handler", "bare"):
        ratio = outcomes["turn"].rate / outcomes[other].rate
        click.echo(f"turn / {other}: {ratio:.2f}")
    click.echo("\n" + "\n".join(streams.measured(folder, amazon)))
    show_stages(folder, amazon)


def compare_servers(folder: Path, amazon: Amazon) -> None:
    """Our app on every server there is, and whether each finishes what it has begun."""
    now = traffic.now()
    sent = rounds(folder / "rehearsal", amazon, now)
    announce(sent[0][0][2])
    found = [name for name in apps.SERVERS if find_spec(name)]
    for name in apps.SERVERS.keys() - set(found):
        click.echo(f"{name}: not installed here.")
    with ExitStack() as stack:
        contenders = {
            name: Contender(
                stack.enter_context(serving("turn", name, furnish(folder / name, amazon))), SPEECH
            )
            for name in found
        }
        outcomes = trial(contenders, sent)
    show(outcomes)
    click.echo()
    for name in found:
        with serving("slow", name, furnish(folder / f"{name} slow", amazon)) as served:
            click.echo(f"{name}: {beside_stalled(served)}; {stopped_in_flight(served, sent[0][1][0])}")


def beside_stalled(served: Serving) -> str:
    """Whether anyone is answered while some, as many as there are threads, begin a request and do not go on."""
    head = "POST /alexa HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n"
    with ExitStack() as stack:
        for _ in range(THREADS):
            line = stack.enter_context(
                socket.create_connection(("127.0.0.1", served.port), timeout=STALLED_S)
            )
            line.sendall(f"{head}Expect: 100-continue\r\n\r\n".encode())
            assert line.recv(12) == b"HTTP/1.1 100"
        with socket.create_connection(("127.0.0.1", served.port), timeout=STALLED_S) as line:
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            try:
                answered = line.recv(12) == b"HTTP/1.1 200"
            except TimeoutError:
                answered = False
    return "stalled senders are no bother" if answered else "stalled senders BLOCK everyone"


def stopped_in_flight(served: Serving, request: bytes) -> str:
    """What becomes of a request that is being answered when SIGTERM comes."""
    marked = request.replace(b"\r\n", f"\r\n{apps.SLOW}: yes\r\n".encode(), 1)
    with socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE_S) as line:
        line.sendall(marked)
        assert served.told() == "in flight"
        served.process.terminate()
        finished = line.recv(12) == b"HTTP/1.1 200"
    return f"on SIGTERM {'finishes' if finished else 'DROPS'} it, exit {served.process.wait(STOP_S)}"


def announce(request: bytes) -> None:
    """What is about to happen."""
    click.echo(
        f"{ROUNDS} rounds of {PEOPLE} people's six turns each, on {CONNECTIONS} connections; one worker process of "
        f"{THREADS} threads; a request of {len(request)} bytes; {os.cpu_count()} processors, the client has one too."
    )


def show(outcomes: Mapping[str, Outcome]) -> None:
    """A row each."""
    click.echo(f"\n{'':12} {HEADING}")
    for name, outcome in outcomes.items():
        click.echo(f"{name:12} {outcome.row}")


def show_stages(folder: Path, amazon: Amazon) -> None:
    """Where the time goes: a column for each kind of request."""
    steps = traffic.conversation(folder / "steps", traffic.now())
    sent = [traffic.signed(step, f"stages-{i}", amazon) for i in range(STAGED) for step in steps]
    medians = stages.measured(sent, furnish(folder / "stages", amazon))
    asked = list(dict.fromkeys(step.name for step in steps))
    click.echo(
        "\nOne turn in this process, median µs" + " " * 3 + "".join(f"{name:>12}" for name in (*asked, "mix"))
    )
    for stage in (*stages.PARTS, *stages.WHOLES):
        mix = sum(medians[stage, step.name] for step in steps) / len(steps)
        row = [medians[stage, name] for name in asked] + [mix]
        click.echo(f"  {stage:36}" + "".join(f"{each:12.0f}" for each in row))
        if stage == stages.PARTS[-1]:
            click.echo()
    turn, full = (sum(medians[stage, step.name] for step in steps) for stage in (stages.TURN, stages.FULL))
    click.echo(f"\nturn / SDK's deserialise of the full envelope: {turn / full:.2f}")


if __name__ == "__main__":
    main()
