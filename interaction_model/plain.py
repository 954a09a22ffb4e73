"""Speech made plain, so that what is typed and what is written meet: "I'M down, please!" → "i am down"."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

_SLOT = re.compile(r"(\{\w+\})")

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")

_DIGITS = re.compile(r"[0-9]+")

TWO = 2
"""Digits of a number that is said as one: "call 112" is one, one, two."""

Plain = Callable[[str], str]
"""Makes a text plain."""


def plain(fillers: Iterable[str], long_forms: Mapping[str, str], numbers: Sequence[str]) -> Plain:
    """What makes text plain: lower case, words only, short forms made long, no fillers, and numbers in words.

    A short form is one without its apostrophe, too, as it is typed in a hurry: "im down"; but for one that ends in "'s",
    since legs are not "leg is". A number of one or two digits is one, a longer one is said digit by digit. ``numbers``
    are the words for zero to ninety nine, or at least to nine.
    """
    dropped = frozenset(fillers)
    hurried = {short.replace("'", ""): form for short, form in long_forms.items() if not short.endswith("'s")}
    long = hurried | dict(long_forms)

    def words(text: str) -> str:
        said = [long.get(word) or long.get(word.replace("'", ""), word) for word in as_spoken(text, numbers)]
        return " ".join([word for word in said if word not in dropped]).replace("'", "")

    return words


def as_spoken(text: str, numbers: Sequence[str]) -> list[str]:
    """Its words: in lower case, short forms with their apostrophe, numbers in words."""
    text = text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return _WORD.findall(_DIGITS.sub(lambda digits: f" {_number(digits[0], numbers)} ", text))


def _number(digits: str, numbers: Sequence[str]) -> str:
    if len(digits) <= TWO and int(digits) < len(numbers):
        return numbers[int(digits)]
    return " ".join(numbers[int(digit)] for digit in digits)


def plain_sample(sample: str, words: Plain) -> str:
    """A sample made plain, its slots as they are."""
    if "{" not in sample:
        return words(sample)
    parts = (part if _SLOT.fullmatch(part) else words(part) for part in _SLOT.split(sample))
    return " ".join(part for part in parts if part)
