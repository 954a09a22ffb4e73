"""Ears that never heard of backs: faster-whisper, to which a bank is played.

They always take half a minute, whatever is in it; so phrases are played several to one, shuffled, that no phrase lets the next be
guessed, and with a silence between. What was wrong so is played once more, alone: the better hearing counts.
"""

import io
import random
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from audio.bank import Bank
from audio.frames import GRID_MS, LEAD_MS
from audio.reel import Placement, Reel
from tests.voicecheck.words import Heard, faulty, shared, spelt

WINDOW_MS = 28_000
"""Of the thirty seconds that the ears take at once, so many are used."""

SILENCE_MS = 1_000
"""At least, between two phrases."""

BEATS_MS = (800, 1_000)
"""The beats at which counting is heard: the fastest, and the usual one."""

RUN = 10
"""Numbers in a row: one alone is hard to hear, for people too."""


class Ears:
    """faster-whisper, with its model in a folder; on one core, and always the same of the same sound."""

    def __init__(self, folder: Path) -> None:
        from faster_whisper import WhisperModel  # noqa: PLC0415  # the suite runs without

        model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1)
        self._hear = partial(
            model.transcribe,
            language="en",
            beam_size=5,
            temperature=0,
            without_timestamps=True,
            condition_on_previous_text=False,
        )

    def hear(self, mp3: bytes) -> str:
        """What they make of it."""
        return " ".join(segment.text.strip() for segment in self._hear(io.BytesIO(mp3))[0])


def windows(bank: Bank, texts: Iterable[str]) -> Iterator[tuple[list[Placement], int]]:
    """Phrases for as many reels as it takes, a silence after each; and how long each reel is, ms."""
    placed: list[Placement] = []
    at = LEAD_MS
    for text in texts:
        room = -(-bank.measure(text) // GRID_MS) * GRID_MS
        if placed and at + room > WINDOW_MS:
            yield placed, at
            placed, at = [], LEAD_MS
        placed.append((at, text))
        at += room + SILENCE_MS
    if placed:
        yield placed, at


def played(ears: Ears, bank: Bank, placed: Sequence[Placement], lasts: int) -> str:
    """What is heard of a reel."""
    return ears.hear(Reel(placed, lasts, bank).read())


def listened(
    ears: Ears, bank: Bank, kinds: dict[str, str], numbers: Sequence[str], *, alone: bool = False
) -> Iterator[Heard]:
    """Each phrase, in no order, and what is heard of it: in company, or ``alone``."""
    texts = random.Random(1).sample(sorted(kinds), len(kinds))
    groups = ([text] for text in texts) if alone else (texts,)
    for placed, lasts in (one for group in groups for one in windows(bank, group)):
        heard = spelt(played(ears, bank, placed, lasts), numbers)
        said = [spelt(text, numbers) for _, text in placed]
        for (_, text), own, part in zip(placed, said, shared(said, heard), strict=True):
            yield Heard(kinds[text], text, tuple(own), tuple(part))


def again(
    ears: Ears, bank: Bank, first: Iterable[Heard], numbers: Sequence[str]
) -> Iterator[tuple[Heard, Heard]]:
    """Each phrase, and what is heard of it alone where it was faulty: the better of both counts."""
    for one in first:
        second = one
        if faulty(one):
            (second,) = listened(ears, bank, {one.text: one.kind}, numbers)
        yield one, min(one, second, key=lambda heard: heard.wrong)


def counted(
    ears: Ears, bank: Bank, numbers: Sequence[str], count: Sequence[str], beat: int
) -> Iterator[Heard]:
    """Each number of ``count``, in runs at that beat, and what is heard of it."""
    for first in range(0, len(count), RUN):
        run = count[first : first + RUN]
        placed = [(LEAD_MS + turn * beat, text) for turn, text in enumerate(run)]
        heard = spelt(played(ears, bank, placed, LEAD_MS + (len(run) + 1) * beat), numbers)
        said = [spelt(text, numbers) for text in run]
        for text, own, part in zip(run, said, shared(said, heard), strict=True):
            yield Heard("count", text, tuple(own), tuple(part))
