"""How fast is a reel, beside real time and beside encoding? ``python -m tests.bench.reels`` says so, in about ten seconds.

Everything is measured in one run, on a bank of counts that espeak has just spoken.
"""

import statistics
import tempfile
import time
import tomllib
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np

from audio import encode
from audio.bank import Bank, BankFile
from audio.build import build
from audio.frames import LEAD_MS
from audio.reel import Placement, Reel
from audio.voices import Pace
from audio.voices.espeak import Espeak

NUMBERS = tomllib.loads((Path(__file__).parents[2] / "skill/content/words/en.toml").read_text("utf-8"))[
    "numbers"
]
CLIP_MS, LONG_MS, SHORT_MS, BEAT_MS = 240_000, 30 * 60_000, 10_000, 1000
READ = 64 * 1024
"""Bytes that a server asks for at a time."""
ROUNDS = 400


def measured() -> list[str]:
    """What was measured, a line each, with what we aim at."""
    bank = counts()
    return [*assembling(bank), seeking(bank), memory(bank)]


def counts() -> Bank:
    """Sixty numbers, spoken and encoded."""
    with tempfile.TemporaryDirectory(prefix="backbeat-bench-") as folder, Espeak() as voice:
        file = BankFile(Path(folder) / "bank")
        for built in build(dict.fromkeys(NUMBERS[1:61], Pace.COUNT), voice, file):
            assert not built.problem, built
        return file.read()


def counting(lasts_ms: int) -> list[Placement]:
    """A count a second, as long as there is room."""
    return [
        (LEAD_MS + beat * BEAT_MS, NUMBERS[1 + beat % 60]) for beat in range((lasts_ms - LEAD_MS) // BEAT_MS)
    ]


def assembling(bank: Bank) -> list[str]:
    """A whole clip, beside how long it plays, and beside encoding the same sound whole."""
    placed = counting(CLIP_MS)
    data = Reel(placed, CLIP_MS, bank).read()
    sound = encode.decoded(data)
    assembled = lap(lambda: Reel(placed, CLIP_MS, bank).span(0, len(data)), 50)
    encoded = lap(lambda: encode._encoded(sound, encode.FULL), 3)
    faster = CLIP_MS / 1000 / assembled
    return [
        f"assembling {CLIP_MS // 1000} s: {assembled * 1000:.2f} ms, {faster:,.0f} times real time (aim: 10,000)",
        f"encoding the same whole: {encoded:.2f} s, {encoded / assembled:,.0f} times as long (aim: 100)",
    ]


def seeking(bank: Bank) -> str:
    """A read near the end of half an hour, beside one at its start, in turns."""
    reel = Reel(counting(LONG_MS), LONG_MS, bank)
    starts, ends = [], []
    for _ in range(ROUNDS):
        starts.append(lap(lambda: (reel.seek(0), reel.read(READ)), 1))
        ends.append(lap(lambda: (reel.seek(reel.size - READ - 1000), reel.read(READ)), 1))
    start, end = statistics.median(starts), statistics.median(ends)
    return (
        f"64 KiB of {LONG_MS // 60_000} min: {start * 1e6:.0f} µs at the start, {end * 1e6:.0f} µs near the end, "
        f"{end / start:.2f} times as long (aim: below 1.2)"
    )


def memory(bank: Bank) -> str:
    """The most that serving takes, of half an hour beside ten seconds, in reads of 64 KiB."""
    short, long = (peak(bank, lasts_ms) for lasts_ms in (SHORT_MS, LONG_MS))
    return f"memory to serve 30 min: {(long - short) / 1024:.0f} KiB more than for 10 s (aim: below 1024)"


def peak(bank: Bank, lasts_ms: int) -> int:
    """Bytes, from the plan to the last read."""
    tracemalloc.start()
    try:
        reel = Reel(counting(lasts_ms), lasts_ms, bank)
        while reel.read(READ):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def lap(work: Callable[[], object], times: int) -> float:
    """The median of as many, in seconds."""
    laps = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        laps.append(time.perf_counter() - began)
    return float(np.median(laps))


if __name__ == "__main__":
    print("\n".join(measured()))  # noqa: T201
