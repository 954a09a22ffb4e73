"""Alexa's own kinds of value, as our ears hear them: how a number, a length of time or a time of day is said, and what it is.

Each is given as Alexa gives it: a number in digits, a length by ISO 8601 ("PT1M30S"), a time by the clock ("20:30").
"""

from collections.abc import Iterator, Mapping
from itertools import product

from interaction_model.spoken import Sentences
from skill.coach.exercise import Catalogue

NUMBER, DURATION, TIME = "AMAZON.NUMBER", "AMAZON.DURATION", "AMAZON.TIME"

HALF_DAY, EARLIEST = 12, 6
"""Hours; and the first hour that means the morning where neither is said: nobody is reminded at five."""

Sayings = Mapping[str, str]
"""How it is said → what it is."""


def sayings(kind: str, content: Catalogue, said: Sentences) -> Sayings:
    """How the values of a kind are said; nothing, of a kind that is not Alexa's own."""
    make = {NUMBER: _numbers, DURATION: _durations, TIME: _times}.get(kind)
    return dict(make(content, said)) if make else {}


def _numbers(content: Catalogue, _: Sentences) -> Iterator[tuple[str, str]]:
    yield from ((word, str(number)) for number, word in enumerate(content.words.numbers))


def _durations(content: Catalogue, said: Sentences) -> Iterator[tuple[str, str]]:
    for unit, letter in said.units.items():
        for number, word in enumerate(content.words.numbers[1:], 1):
            yield f"{word} {unit}", f"PT{number}{letter}"
    yield from said.lengths.items()


def _times(content: Catalogue, said: Sentences) -> Iterator[tuple[str, str]]:
    hours = list(enumerate(content.words.numbers[1 : HALF_DAY + 1], 1))
    for (pattern, minute), (half, later), (hour, word) in product(
        said.clock.items(), said.halves.items(), hours
    ):
        whole = hour % HALF_DAY + later if half else hour + HALF_DAY * (hour < EARLIEST)
        yield f"{pattern.format(hour=word)} {half}".strip(), f"{whole % 24:02d}:{minute:02d}"
    yield from said.moments.items()
