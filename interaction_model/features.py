"""What a sentence is to the classifier: its words and pairs of words, and the bits of it, each a number.

The numbers are hashes, so that no vocabulary has to be kept; CRC-32 is the same everywhere, and quick.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import log, sqrt
from zlib import crc32

BUCKETS = 1 << 16
"""How many features there are."""

LETTERS = (3, 4)
"""Lengths of the bits, across words: what a misheard sentence still has in common."""

Features = Mapping[int, float]
"""Feature → how much of it."""


def counted(said: str) -> tuple[Mapping[int, int], Mapping[int, int]]:
    """How often each feature is in a plain sentence: of words, and of letters."""
    return _counted(_of_words(said)), _counted(_of_letters(said))


def features(said: str, worth: Features) -> Features:
    """A plain sentence in features: those of words have length one, and so have those of letters.

    ``worth`` is what each is worth: the rarer the more (TF-IDF). One that has none was never learned, and counts for
    nothing.
    """
    found: dict[int, float] = {}
    for counts in counted(said):
        weights = {one: (1 + log(times)) * worth[one] for one, times in counts.items() if one in worth}
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        for one, weight in weights.items():
            found[one] = found.get(one, 0.0) + weight / length
    return found


def _counted(names: Iterator[str]) -> Mapping[int, int]:
    return Counter(crc32(name.encode()) % BUCKETS for name in names)


def _of_words(said: str) -> Iterator[str]:
    words = said.split()
    yield from (f"w {word}" for word in words)
    yield from (f"p {one} {two}" for one, two in pairwise(["^", *words, "$"]))


def _of_letters(said: str) -> Iterator[str]:
    for size in LETTERS:
        yield from (said[start : start + size] for start in range(len(said) - size + 1))
