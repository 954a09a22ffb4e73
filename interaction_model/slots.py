"""What is named in free speech: an exercise by any name or description, a routine, a number of minutes."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from math import log

from rapidfuzz import fuzz

from interaction_model.near import LETTERS
from interaction_model.plain import Plain
from skill.coach.exercise import Catalogue, Slug

NEAR = 86.0
"""The least likeness of a misheard name, in percent of letters in common, spaces left out."""

LEAST, AHEAD = 2, 1.3
"""Telling words that a description must share with an exercise, and how much more than with any other."""

BRIEF = 4
"""In so few words, one of a name that only one exercise has is enough: "the marching one"."""


class Names:
    """The values of a slot, found within longer speech."""

    def __init__(self, sayings: Mapping[str, str]) -> None:
        """``sayings`` are plain: saying → id."""
        self._sayings = sayings
        longest = sorted(sayings, key=len, reverse=True)
        self._anywhere = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))})\b") if longest else None
        self._joined = {
            saying.replace(" ", ""): name for saying, name in sayings.items() if len(saying) >= LETTERS
        }
        self._most = max((saying.count(" ") + 1 for saying in sayings), default=0) + 1

    def find(self, said: str) -> str | None:
        """The id of the longest name that is in it, to the letter."""
        found = [one[0] for one in self._anywhere.finditer(said)] if self._anywhere else []
        return self._sayings[max(found, key=len)] if found else None

    def nearly(self, said: str) -> str | None:
        """The id of what is nearly named in it."""
        words = said.split()
        best, found = NEAR, None
        for start in range(len(words)):
            for end in range(start + 1, min(start + self._most, len(words)) + 1):
                window = "".join(words[start:end])
                if len(window) < LETTERS:
                    continue
                for saying, name in self._joined.items():
                    score = fuzz.ratio(window, saying, score_cutoff=best)
                    if score > best:
                        best, found = score, name
        return found


class Descriptions:
    """Exercises by what one does in them: "the one where you roll your knees from side to side"."""

    def __init__(self, content: Catalogue, plain: Plain, telling_nothing: Iterable[str]) -> None:
        """``telling_nothing`` are small words, which are in any description."""
        small = frozenset(_stems(" ".join(map(plain, telling_nothing))))
        told = {
            slug: " ".join((one.name, *one.synonyms, *one.usual.steps, *one.about))
            for slug, one in content.exercises.items()
        }
        self._words = {slug: frozenset(_stems(plain(text))) - small for slug, text in told.items()}
        self._named = {
            slug: frozenset(_stems(plain(" ".join((one.name, *one.synonyms))))) - small
            for slug, one in content.exercises.items()
        }
        spread = Counter(word for words in self._words.values() for word in words)
        self._spread, self._worth = (
            spread,
            {word: log((len(told) + 1) / count) for word, count in spread.items()},
        )

    def find(self, said: str) -> Slug | None:
        """The exercise that is described; None if it might be several."""
        told = set(_stems(said))
        scores = {
            slug: sum(self._worth.get(word, 0.0) for word in words & told)
            for slug, words in self._words.items()
        }
        if not scores:
            return None
        first, *others = sorted(scores.values(), reverse=True)
        slug = max(scores, key=lambda one: scores[one])
        shared = self._words[slug] & told
        alone = len(said.split()) <= BRIEF and any(
            self._spread[word] == 1 for word in self._named[slug] & told
        )
        clear = not others or first >= AHEAD * others[0]
        return slug if clear and (alone or len(shared) >= LEAST) else None


def _stems(said: str) -> Iterable[str]:
    """Words without the endings that come and go: "knees" and "knee", "rolling" and "roll"."""
    for word in said.split():
        yield re.sub(r"(?<=\w{3})(?:ing|ed|es|s|e)$", "", word)
