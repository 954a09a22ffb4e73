"""What was nearly said: the sentence of the model that a misheard one stands closest to.

A sentence may be a carrier and a value: "what is the" + "pelvic tilt". Each must be near on its own, for a long
carrier would carry anything: as wholes, "how do i do the plank" and "how do i do the prance" are 88 % alike, and
"bridgez" and "bridges" only 86 %.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process

CUT_OFF = 85.0
"""The least likeness, in percent of letters in common. Chosen by trial: of all exercise names with a letter wrong, 97 %
are understood and none as another; at 90 it is 90 %, and at 80 "i'm hungry" turns into pain. Just above: "bridgez" and
bridges, 86. Just below: "easter" and easier, 83."""

LETTERS = 6
"""Anything shorter is taken to the letter: "couch" is 89 % an "ouch", "eyes" 86 % a "yes"."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """A sample with a slot: what stands before the slot, and what after."""

    intent: str
    slot: str
    before: str
    after: str

    @property
    def words(self) -> int:
        """How many words it has of its own."""
        return len(f"{self.before} {self.after}".split())

    def inside(self, text: str) -> str:
        """What ``text`` has in the slot's place; empty if it does not fit."""
        head, tail = f"{self.before} ".lstrip(), f" {self.after}".rstrip()
        if text.startswith(head) and text.endswith(tail):
            return text[len(head) : len(text) - len(tail)].strip()
        return ""


def denies(text: str, nots: frozenset[str]) -> bool:
    """Whether it is said with a "not"."""
    return not nots.isdisjoint(text.split())


class Known:
    """What is known, to be looked through often."""

    def __init__(self, known: Iterable[str]) -> None:
        self.one_by_one = tuple(dict.fromkeys(known))
        self.all = frozenset(self.one_by_one)


def nearest(text: str, known: Known, nots: frozenset[str]) -> tuple[str, float]:
    """The nearest of what is known, and how near, up to 100; nothing, and 0, if none is near enough.

    None that drops or adds one of ``nots``.
    """
    if text in known.all:
        return text, 100.0
    if len(text) >= LETTERS:
        alike = process.extract(text, known.one_by_one, scorer=fuzz.ratio, score_cutoff=CUT_OFF, limit=None)
        for choice, score, _ in alike:
            if len(choice) >= LETTERS and denies(choice, nots) is denies(text, nots):
                return choice, score
    return "", 0.0


def splits(text: str) -> Iterator[tuple[str, str]]:
    """Every way to cut a text between words, the first part perhaps empty, the second never."""
    words = text.split()
    return ((" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(len(words)))
