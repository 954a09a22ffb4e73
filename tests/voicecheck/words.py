"""What was said and what was heard, word by word.

Ears write as they please: "57" for "fifty seven", "9-1-1", "center", "knee" where "nee" was said. What sounds alike is alike
here; only what sounds different is an error. The alignment is Levenshtein's, of whole words, by rapidfuzz, which jiwer
is made of too.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

ALIKE = """
eight ate, bare bear, be bee, buy by bye, center centre, favorite favourite, for four fore, gray grey, heal heel, heals heels,
hear here, hole whole, holes wholes, hour our, in inn, knead need, knee nee, knees nees, knot not, know no, lie lye, mat matt,
one won, ok okay, peace piece, practiced practised, raise rays raze, right write rite, role roll, roles rolls, sew so, side sighed,
sides sighs, straight strait, sum some, sundae sunday, tail tale, their there theyre, to too two, toe tow, toes tows, waist waste,
wait weight, way weigh, weak week, weather whether, wrap rap, your youre, yore, rows rose, board bored, towards toward
"""
"""Words that are one to the ear, and two spellings of one word."""

SAME = {word: group.split()[0] for group in ALIKE.split(",") for word in group.split()}

ORDINALS = {"1st": "first", "2nd": "second", "3rd": "third"}


def spelt(text: str, numbers: Sequence[str]) -> list[str]:
    """The words of a text, as they sound. ``numbers`` are a language's, from zero: what is beyond them is said by its digits."""
    text = re.sub(r"['’`]", "", text.lower())  # either apostrophe
    words = (ORDINALS.get(word, word) for word in re.findall(r"\d+(?:st|nd|rd)\b|\d+|[^\W\d]+", text))
    return [SAME.get(one, one) for word in words for one in _said(word, numbers)]


def _said(word: str, numbers: Sequence[str]) -> list[str]:
    if not word.isdecimal():
        return [word]
    if int(word) < len(numbers) and not (len(word) > 1 and word[0] == "0"):
        return numbers[int(word)].split()
    return [numbers[int(digit)] for digit in word]


def wrong(said: Sequence[str], heard: Sequence[str]) -> int:
    """How many words were heard wrong, not at all, or too many. "Work top" for "worktop" is right, and "account" for "a count"."""
    count, ahead = 0, (0, 0)
    for block in Levenshtein.editops(said, heard).as_matching_blocks():
        missed, added = said[ahead[0] : block.a], heard[ahead[1] : block.b]
        if _run_together(missed) != _run_together(added):
            count += max(len(missed), len(added))
        ahead = block.a + block.size, block.b + block.size
    return count


def _run_together(words: Sequence[str]) -> str:
    return re.sub(r"(.)\1+", r"\1", "".join(words))


def shared(said: Sequence[Sequence[str]], heard: Sequence[str]) -> list[list[str]]:
    """Of what was heard of several phrases, one after another, what was heard of each."""
    owner = [index for index, words in enumerate(said) for _ in words]
    parts: list[list[str]] = [[] for _ in said]
    for change in Levenshtein.opcodes([word for words in said for word in words], heard):
        for turn, at in enumerate(range(change.dest_start, change.dest_end)):
            place = change.src_start + turn if change.tag in {"equal", "replace"} else change.src_start - 1
            parts[owner[max(place, 0)]].append(heard[at])
    for index in range(
        len(said) - 1
    ):  # whose is what was added between two? By its letters: "is" alone is no "squeezes"
        both = parts[index] + parts[index + 1]
        cuts = ((both[:at], both[at:]) for at in range(len(both) + 1))
        parts[index : index + 2] = min(
            cuts, key=lambda cut, index=index: _unlike(said[index : index + 2], cut)
        )
    return parts


def _unlike(said: Sequence[Sequence[str]], heard: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Of two phrases: by how many words, and by how many letters."""
    pairs = list(zip(said, heard, strict=True))
    letters = (Levenshtein.distance(" ".join(own), " ".join(part)) for own, part in pairs)
    return sum(wrong(own, part) for own, part in pairs), sum(letters)


@dataclass(frozen=True, slots=True)
class Heard:
    """A phrase, and what was heard of it."""

    kind: str
    text: str
    said: tuple[str, ...]
    heard: tuple[str, ...]

    @property
    def wrong(self) -> int:
        """Of its words."""
        return wrong(self.said, self.heard)

    @property
    def share(self) -> float:
        """Of its words, those that were wrong."""
        return self.wrong / len(self.said)


def by_kind(hearings: Iterable[Heard]) -> dict[str, tuple[int, int]]:
    """Of each kind, how many words were wrong, and how many were said."""
    found: dict[str, tuple[int, int]] = {}
    for one in hearings:
        bad, words = found.get(one.kind, (0, 0))
        found[one.kind] = bad + one.wrong, words + len(one.said)
    return found


TELL_SHARE = 1 / 6
"""So many words of a sentence may be heard wrong: the rest says what they were. Of a cue or a count, none."""


def faulty(one: Heard) -> bool:
    """Whether it needs another spelling."""
    return one.share > TELL_SHARE if one.kind == "tell" else one.wrong > 0
