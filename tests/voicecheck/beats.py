"""Does a bank count evenly? Where each number is felt, in a reel of counting as it is decoded, and how far from even that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from audio import encode
from audio.bank import Bank
from audio.centre import centre
from audio.encode import Samples
from audio.errors import AudioError
from audio.frames import LEAD_MS, RATE
from audio.reel import Placement, Reel
from tests.voicecheck.sound import MS, onset

BEATS_MS = (800, 1_000, 1_504)
"""The fastest there is, the usual one, and a slow one."""

EVEN_MS = 10
"""Nobody hears less between two numbers."""


@dataclass(frozen=True, slots=True)
class Evenness:
    """Of a count."""

    beat: int
    mean: float
    """From one number to the next, ms."""
    off: tuple[tuple[float, str], ...]
    """How far from the beat each is, ms, and after which number: the worst first."""


def evenness(count: Sequence[str], felt: Sequence[float], beat: int) -> Evenness:
    """Of numbers that are felt at those ms."""
    apart = [after - before for before, after in pairwise(felt)]
    off = sorted(
        ((one - beat, text) for one, text in zip(apart, count, strict=False)), key=lambda one: -abs(one[0])
    )
    return Evenness(beat, sum(apart) / len(apart), tuple(off))


def felt(samples: Samples, placed: Sequence[Placement], lasts: Sequence[int]) -> list[float]:
    """When each word of a reel is felt, ms; ``lasts`` says how long each is heard."""
    found, free = [], 0
    for (at, _), ms in zip(placed, lasts, strict=True):
        begins = onset(samples, at * MS, free)
        free = begins + ms * MS
        found.append((begins + centre(samples[begins:free])) * 1000 / RATE)
    return found


def counted(bank: Bank, count: Sequence[str], beat: int) -> Evenness | AudioError:
    """The numbers on a beat; or why they cannot be."""
    placed = [(LEAD_MS + turn * beat, text) for turn, text in enumerate(count)]
    try:
        samples = encode.decoded(Reel(placed, LEAD_MS + (len(count) + 1) * beat, bank).read())
    except AudioError as error:
        return error
    return evenness(count, felt(samples, placed, [bank[text].lasts_ms for text in count]), beat)
