"""What an invocation name may not be (platform facts, section 8): `RULES`, a reason and its finder each."""

import re
from collections.abc import Callable, Iterator

LAUNCH = (
    "ask",
    "begin",
    "launch",
    "load",
    "open",
    "play",
    "resume",
    "run",
    "start",
    "talk to",
    "tell",
    "use",
)
"""What opens a skill when its name follows."""

WAKE_WORDS = ("alexa", "amazon", "echo", "computer")

NAME_CHARS = range(2, 51)

ARTICLES = frozenset(
    ("the", "a", "an", "for", "to", "of", "about", "up", "by", "at", "off", "with", "in", "on", "from")
)
"""Articles and prepositions: neither word of a two-word name is one."""

BANNED = {
    "a launch word": (*LAUNCH, "enable"),
    "a wake word": WAKE_WORDS,
    "the word skill or app": ("skill", "skills", "app", "apps"),
    "a connecting word": (
        "to", "from", "in", "using", "with", "about", "for", "that", "by", "if", "and", "whether",
    ),
}  # fmt: skip

_WORD = r"(?:[a-z]\.|[a-z]+)(?:'s)?"


def _one_word(name: str) -> Iterator[str]:
    match name.split():
        case [] | [_]:
            yield repr(name)


def _small_word(name: str) -> Iterator[str]:
    match name.split():
        case [first, second]:
            yield from (word for word in (first, second) if word in ARTICLES)


def _letters(name: str) -> Iterator[str]:
    if not re.fullmatch(rf"{_WORD}(?: {_WORD})*", name):
        yield repr(name)


def _length(name: str) -> Iterator[str]:
    if len(name) not in NAME_CHARS:
        yield f"{len(name)} characters"


def _banned(kind: str) -> Callable[[str], Iterator[str]]:
    return lambda name: (word for word in BANNED[kind] if f" {word} " in f" {name.lower()} ")


RULES: tuple[tuple[str, Callable[[str], Iterator[str]]], ...] = (
    ("the invocation name is one word, which only our own brand may be", _one_word),
    ("a two-word invocation name has an article or a preposition in it", _small_word),
    ("the invocation name has more than lower-case letters, spaces, 's and periods", _letters),
    (f"the invocation name is not {NAME_CHARS.start} to {NAME_CHARS.stop - 1} characters long", _length),
    *((f"the invocation name has {kind} in it", _banned(kind)) for kind in BANNED),
)
"""Every rule: what is wrong, and what finds it."""
