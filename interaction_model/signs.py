"""What somebody says of their body, by kind and in any words: a grammar of data (`signs` in `content/safety`).

A rule is a few classes of words that stand near each other, in any order. What is denied counts for nothing, and neither
does the name of an exercise: a knee to the chest is no chest pain.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

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


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """A class of words."""

    pattern: re.Pattern[str]
    deniable: bool
    """Whether a "no" before it, or "is gone" after it, takes it back: a part of the body stays one."""


class SignReader:
    """Reads plain speech for signs."""

    def __init__(self, signs: Signs, names: Iterable[str], plain: Plain) -> None:
        """``names`` are those of exercises, plain; they are no sign of anything."""
        classes = {
            name: Words(
                anywhere(_starred(phrase, plain) for phrase in phrases), deniable=name not in signs.parts
            )
            for name, phrases in signs.words.items()
        }
        self.vocabulary = frozenset(
            word for phrases in signs.words.values() for phrase in phrases for word in plain(phrase).split()
        )
        """Every word of the rules."""
        self._names = anywhere(name for name in names if " " in name)
        self._kinds = [
            (intent, [_rule(rule, classes) for rule in rules]) for intent, rules in signs.kinds.items()
        ]
        between, until = "|".join(map(re.escape, signs.between)), "|".join(map(re.escape, signs.until))
        self._denied = re.compile(rf"(?:{alternatives(signs.deny)})(?: (?:{between}))* $")
        self._over = re.compile(rf"^(?: (?:{until}))*? (?:{alternatives(signs.over)})\b")

    def hear(self, said: str) -> str | None:
        """The intent of what they say of their body; None if they say nothing of it."""
        said = self._names.sub(NAMED, said)
        found = cache(lambda words: list(self._spans(said, words)))  # most classes are in several rules
        for intent, rules in self._kinds:
            for needed, barred in rules:
                spans = [found(words) for words in needed]
                if all(spans) and _near(spans) and not any(words.pattern.search(said) for words in barred):
                    return intent
        return None

    def _spans(self, said: str, words: Words) -> Iterator[Span]:
        for one in words.pattern.finditer(said):
            denied = self._denied.search(said[: one.start()]) or self._over.search(said[one.end() :])
            if not (words.deniable and denied):
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


def _starred(phrase: str, plain: Plain) -> str:
    """A phrase made plain, its star kept."""
    return "*".join(plain(part) for part in phrase.split("*"))


def _rule(rule: str, classes: dict[str, Words]) -> tuple[list[Words], list[Words]]:
    names = [name.strip() for name in rule.split("+")]
    needed = [classes[name] for name in names if not name.startswith("!")]
    return needed, [classes[name[1:]] for name in names if name.startswith("!")]


def anywhere(phrases: Iterable[str]) -> re.Pattern[str]:
    """What finds any of some plain phrases, whole words."""
    return re.compile(rf"\b(?:{alternatives(phrases)})(?!\w)")


def alternatives(phrases: Iterable[str]) -> str:
    """The longest first; a star is the rest of a word, or a word."""
    longest = sorted(set(phrases), key=len, reverse=True)
    return "|".join(re.escape(one).replace(r"\*", r"\w*") for one in longest) or r"(?!)"
