"""The coach's own voice, as the microphone would have it: its counting, and its sentences, from the bank that ships."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import miniaudio
import numpy as np

from audio.bank import Bank, BankFile
from audio.frames import LEAD_MS
from audio.reel import Reel
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark
from skill.coach.timeline.score import Score
from skill.content.reader import catalogue
from skill.voice.ours import measure
from skill.voice.phrases import Placements, placements, wanted
from skill.voice.voices import BANKS
from tests.earscheck.voices import RATE, Sound

END_MS = 1_500
"""Behind a sentence."""

FEW = 3
"""Words: what is longer is a sentence."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A stretch of the coach's voice."""

    sound: Sound
    texts: tuple[tuple[int, str], ...]
    """When each is said, ms from the start, and what."""

    def lately(self, at_ms: int, within_ms: int) -> tuple[str, ...]:
        """What was begun in the last so many ms."""
        return tuple(text for begun, text in self.texts if at_ms - within_ms <= begun <= at_ms)


@cache
def bank() -> Bank:
    """The first voice that ships."""
    return BankFile(BANKS / "en.woman.sqlite3").read()


@cache
def edition() -> Edition:
    """The English content in that voice."""
    return Edition(catalogue(), measure(bank()))


def counting(lasts_s: float) -> Spoken:
    """The work of one piece after another: numbers and cues, and nothing told; so long at least."""
    sounds: list[Sound] = []
    texts: list[tuple[int, str]] = []
    at = 0
    while at < lasts_s * RATE:
        for score in _works():
            placed = placements(score)
            sound = _sound(placed)
            texts += ((at * 1000 // RATE + begun, text) for begun, text in placed[0])
            sounds.append(sound)
            at += len(sound)
            if at >= lasts_s * RATE:
                break
    return Spoken(np.concatenate(sounds), tuple(texts))


def sentences() -> Iterator[Spoken]:
    """Each of the bank's phrases that is a sentence, a silence after it."""
    for text in wanted(catalogue()):
        if len(text.split()) > FEW:
            room = bank().measure(text) // 1000 * 1000 + END_MS
            yield Spoken(_sound(([(LEAD_MS, text)], LEAD_MS + room)), ((LEAD_MS, text),))


def _works() -> Iterator[Score]:
    words = catalogue()
    for slug in words.routines:
        first = words.routines[slug].items[0].exercise
        for piece in edition().plan(Bookmark(slug, first)).pieces:
            yield edition().laid(piece).work


def _sound(placed: Placements) -> Sound:
    reel = Reel(*placed, bank())
    decoded = miniaudio.decode(reel.span(0, reel.size), nchannels=1, sample_rate=RATE)
    return np.frombuffer(decoded.samples, np.int16)
