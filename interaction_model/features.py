"""What a sentence is to the classifier: its words, pairs of words and bits of words, each a number.

The numbers are hashes, so that no vocabulary has to be kept; CRC-32 is the same everywhere, and quick.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from math import log, sqrt
from zlib import crc32

BUCKETS = 1 << 15
"""How many features there are; of twice as many no sentence more was understood."""

LETTERS = (2, 3, 4)
"""Lengths of the bits of a word, its ends marked: what a misheard word still has in common."""


def features(said: str, marks: Iterable[str] = ()) -> Mapping[int, float]:
    """Feature → weight, of length one. ``said`` is plain; ``marks`` are what was found in it, such as a slot."""
    counts = Counter(crc32(name.encode()) % BUCKETS for name in _names(said, marks))
    weights = {feature: 1 + log(count) for feature, count in counts.items()}
    length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {feature: weight / length for feature, weight in weights.items()}


def _names(said: str, marks: Iterable[str]) -> Iterator[str]:
    words = said.split()
    for word in words:
        yield f"w {word}"
        ends = f"<{word}>"
        for size in LETTERS:
            for start in range(len(ends) - size + 1):
                yield f"l {ends[start : start + size]}"
    for one, two in zip(["^", *words], [*words, "$"], strict=True):
        yield f"p {one} {two}"
    for mark in marks:
        yield f"m {mark}"
