"""What somebody says of their body, by kind and in any words: a grammar of data (`signs` in `content/safety`).

A rule is a few classes of words that stand near each other, in any order. What is denied counts for nothing, and neither
does the name of an exercise: a knee to the chest is no chest pain.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from interaction_model.plain import Plain
from skill.coach.words import Signs

NEAR = 10
"""Words that the words of a rule may be apart, first to last."""

NAMED = "_"
"""What stands for the name of an exercise."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where words of a class are, in words from the first."""

    start: int
    end: int


class SignReader:
    """Reads plain speech for signs."""

    def __init__(self, signs: Signs, names: Iterable[str], plain: Plain) -> None:
        """``names`` are those of exercises, plain; they are no sign of anything."""
        classes = {name: _any(map(plain, phrases)) for name, phrases in signs.words.items()}
        self._names = _any(name for name in names if " " in name)
        self._kinds = [
            (intent, [_rule(rule, classes) for rule in rules]) for intent, rules in signs.kinds.items()
        ]
        between, until = "|".join(map(re.escape, signs.between)), "|".join(map(re.escape, signs.until))
        self._denied = re.compile(rf"(?:{_alternatives(signs.deny)})(?: (?:{between}))* $")
        self._over = re.compile(rf"^(?: (?:{until}))*? (?:{_alternatives(signs.over)})\b")

    def hear(self, said: str) -> str | None:
        """The intent of what they say of their body; None if they say nothing of it."""
        said = self._names.sub(NAMED, said)
        for intent, rules in self._kinds:
            if any(self._fits(said, needed, barred) for needed, barred in rules):
                return intent
        return None

    def _fits(self, said: str, needed: list[re.Pattern[str]], barred: list[re.Pattern[str]]) -> bool:
        if any(pattern.search(said) for pattern in barred):
            return False
        found = [list(self._spans(said, pattern)) for pattern in needed]
        return all(found) and _near(found)

    def _spans(self, said: str, pattern: re.Pattern[str]) -> Iterator[Span]:
        for one in pattern.finditer(said):
            if not (self._denied.search(said[: one.start()]) or self._over.search(said[one.end() :])):
                first = said.count(" ", 0, one.start())
                yield Span(first, first + one[0].count(" "))


def _near(found: list[list[Span]]) -> bool:
    """Whether one of each can be had so that all are near each other."""
    if len(found) == 1:
        return True
    return any(
        all(any(abs(other.start - one.start) <= NEAR for other in others) for others in found[1:])
        for one in found[0]
    )


def _rule(
    rule: str, classes: dict[str, re.Pattern[str]]
) -> tuple[list[re.Pattern[str]], list[re.Pattern[str]]]:
    names = [name.strip() for name in rule.split("+")]
    needed = [classes[name] for name in names if not name.startswith("!")]
    return needed, [classes[name[1:]] for name in names if name.startswith("!")]


def _any(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_alternatives(phrases)})(?!\w)")


def _alternatives(phrases: Iterable[str]) -> str:
    """The longest first; a star is the rest of a word, or a word."""
    longest = sorted(set(phrases), key=len, reverse=True)
    return "|".join(re.escape(one).replace(r"\*", r"\w*") for one in longest) or r"(?!)"
