"""What an invocation name may not be (platform facts, section 8): `RULES`, a reason and its finder each."""

import re
from collections.abc import Callable, Iterable, Iterator

from interaction_model.spoken import Sentences

WAKE_WORDS = ("alexa", "amazon", "echo", "computer")

NAME_CHARS = range(2, 51)

_LETTER = r"[^\W\d_]"  # of any language
_WORD = rf"(?:{_LETTER}\.|{_LETTER}+)(?:'s)?"


def _one_word(name: str, _: Sentences) -> Iterator[str]:
    match name.split():
        case [] | [_]:
            yield repr(name)


def _small_word(name: str, said: Sentences) -> Iterator[str]:
    match name.split():
        case [first, second]:
            yield from (word for word in (first, second) if word in said.small)


def _letters(name: str, _: Sentences) -> Iterator[str]:
    if name != name.lower() or not re.fullmatch(rf"{_WORD}(?: {_WORD})*", name):
        yield repr(name)


def _length(name: str, _: Sentences) -> Iterator[str]:
    if len(name) not in NAME_CHARS:
        yield f"{len(name)} characters"


def _wake_words(name: str, _: Sentences) -> Iterator[str]:
    yield from _inside(name, WAKE_WORDS)


def _inside(name: str, words: Iterable[str]) -> Iterator[str]:
    return (word for word in words if f" {word} " in f" {name.lower()} ")


RULES: tuple[tuple[str, Callable[[str, Sentences], Iterator[str]]], ...] = (
    ("the invocation name is one word, which only our own brand may be", _one_word),
    ("a two-word invocation name has an article or a preposition in it", _small_word),
    ("the invocation name has more than lower-case letters, spaces, 's and periods", _letters),
    (f"the invocation name is not {NAME_CHARS.start} to {NAME_CHARS.stop - 1} characters long", _length),
    ("the invocation name has a wake word in it", _wake_words),
)
"""Every rule: what is wrong, and what finds it."""


def mistakes(name: str, said: Sentences) -> Iterator[str]:
    """Everything that is wrong with an invocation name in its locale."""
    for reason, finder in RULES:
        yield from (f"{reason}: {found}" for found in finder(name, said))
    for kind, words in said.banned.items():
        yield from (f"the invocation name has {kind} in it: {found}" for found in _inside(name, words))
