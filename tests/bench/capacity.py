"""``python -m tests.bench.capacity``: what a session takes of AWS, and what that costs; the tables of docs/capacity.md.

What a session takes is counted: somebody's first twenty minutes through the function, against moto (`tests/deploy/test_capacity.py`
counts it anew). How long it takes is measured on this machine (``python -m tests.bench.cold``), and marked so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import click

MB, GB = 1e6, 1e9
DAYS = 30
"""In a month."""


@dataclass(frozen=True, slots=True)
class Session:
    """What one session takes: "my back routine", from the first hello to goodbye."""

    name: str
    turns: int
    """Requests of Alexa's: words, and what a player reports."""
    reads: int
    """Of DynamoDB: read request units, 4 kB each, consistent."""
    writes: int
    """Write request units, 1 kB each."""
    sounds: tuple[int, ...]
    """Bytes of each clip or stream."""
    answer_bytes: int
    """Of all answers to Alexa."""
    log_bytes: int
    """Of our own lines."""
    zones: int
    """How often Alexa is asked for the speaker's time zone, at most: once a session, and at what a player reports, which has none."""
    missed: float
    """The share of sounds that are not in CloudFront's cache."""
    sound_cpu_s: float
    """Processor time for a sound that is not, s."""


SET_BY_SET = Session(
    "set by set", 12, 12, 52,
    (611_136, 612_288, 617_040, 1_122_336, 1_122_336, 584_640, 600_336, 414_288, 421_488),
    22_600, 2_000, zones=1, missed=0.1, sound_cpu_s=0.008,
)  # fmt: skip
"""A clip is the same for all who do the same, so the cache has most of them; how many is a guess."""

STRAIGHT_THROUGH = Session(
    "straight through", 12, 12, 40, (2_599_488, 4_147_488, 1_267_488), 9_700, 2_030, zones=10, missed=1.0, sound_cpu_s=0.069
)  # fmt: skip
"""A stream is its own run's, so nobody else's is ever in the cache."""

SESSIONS = (SET_BY_SET, STRAIGHT_THROUGH)

MEMORY_GB = 1024 / 1024
CORES = 1024 / 1769
"""Of a processor, at that memory (AWS, "Configure Lambda function memory": one at 1,769 MB)."""
TURN_CPU_S = 0.0093
"""Processor time of a turn in the function, s: measured; 1.9 ms where SQLite keeps, the rest is botocore."""
WAIT_S = 4 * 0.005
"""For DynamoDB, s: four calls a turn, each a few milliseconds; a guess."""
ZONE_S = 0.06
"""To ask for a zone, s; a guess. An instance asks once a day for each speaker, so it is this often where each is new to it."""
LAMBDA_LOG_BYTES = 350
"""Of the lines Lambda itself writes for a request; about."""
METER_BYTES = 512 * 1024
"""An HTTP API counts an answer for each so many."""

# List prices, us-east-1, US dollars, without free tiers: see docs/capacity.md for where and when they were read.
REQUEST, GB_SECOND = 0.20 / 1e6, 0.0000133334
API = ((300e6, 1.00 / 1e6), (float("inf"), 0.90 / 1e6))
READ, WRITE = 0.125 / 1e6, 0.625 / 1e6
EDGE_REQUEST = 0.0100 / 1e4
EDGE_GB = (
    (10e3, 0.085), (40e3, 0.080), (100e3, 0.060), (350e3, 0.040), (524e3, 0.030), (4e6, 0.025), (float("inf"), 0.020),
)  # fmt: skip
LOG_GB = 0.50


def tiered(amount: float, tiers: tuple[tuple[float, float], ...]) -> float:
    """What an amount of a month costs, where more is cheaper: rows of how much, and what each of that costs."""
    cost = 0.0
    for size, price in tiers:
        cost += min(amount, size) * price
        amount = max(amount - size, 0)
    return cost


def seconds(session: Session) -> float:
    """How long the function is at it, s: what is billed of a session."""
    turns = session.turns * (TURN_CPU_S / CORES + WAIT_S)
    return turns + session.zones * ZONE_S + len(session.sounds) * session.missed * session.sound_cpu_s / CORES


def costs(session: Session, number: float) -> dict[str, float]:
    """What so many sessions cost in a month, US dollars, by whom it is paid to."""
    missed = session.missed
    calls = session.turns + len(session.sounds) * missed
    metered = session.turns + sum(ceil(size / METER_BYTES) for size in session.sounds) * missed
    logged = session.log_bytes + calls * LAMBDA_LOG_BYTES
    sent = sum(session.sounds) + session.answer_bytes
    return {
        "Lambda": number * (calls * REQUEST + seconds(session) * MEMORY_GB * GB_SECOND),
        "HTTP API": tiered(number * metered, API),
        "DynamoDB": number * (session.reads * READ + session.writes * WRITE),
        "CloudFront": number * (session.turns + len(session.sounds)) * EDGE_REQUEST
        + tiered(number * sent / GB, EDGE_GB),
        "logs": number * logged / GB * LOG_GB,
    }


BUSIEST = 0.15
"""Of a day's sessions, those that begin in its busiest hour; a guess."""


def busiest(session: Session, people: float) -> dict[str, float]:
    """What the busiest hour of so many people a day asks for, by its name and unit."""
    a_second = people * BUSIEST / 3600
    calls = session.turns + len(session.sounds) * session.missed
    return {
        "requests a second": a_second * calls,
        "instances at once": a_second * seconds(session),
        "writes a second": a_second * session.writes,
        "Gbit/s of sound": a_second * sum(session.sounds) * 8 / GB,
    }


def tables() -> Iterator[str]:
    """The tables of the page, as Markdown."""
    kinds = list(costs(SET_BY_SET, 1))
    yield f"| US dollars | {' | '.join(kinds)} | all |"
    yield "|---|" + "--:|" * (len(kinds) + 1)
    for number, what in ((1_000, "1,000 sessions"), (1e6 * DAYS, "a month, 10⁶ people a day")):
        for session in SESSIONS:
            paid = costs(session, number)
            row = " | ".join(money(one) for one in (*paid.values(), sum(paid.values())))
            yield f"| {what}, {session.name} | {row} |"
    yield ""
    names = list(busiest(SET_BY_SET, 1))
    yield f"| the busiest hour, 10⁶ people a day | {' | '.join(names)} |"
    yield "|---|" + "--:|" * len(names)
    for session in SESSIONS:
        row = " | ".join(
            f"{one:,.0f}" if one >= 10 else f"{one:.1f}" for one in busiest(session, 1e6).values()
        )
        yield f"| {session.name} | {row} |"


def money(amount: float) -> str:
    """In cents, or in whole dollars where it is many."""
    return f"{amount:,.0f}" if amount >= 100 else f"{amount:.2f}" if amount >= 0.01 else f"{amount:.3f}"


@click.command()
def main() -> None:
    """Print the tables of docs/capacity.md."""
    click.echo("\n".join(tables()))


if __name__ == "__main__":
    main()
