"""Speech made plain, so that what is typed and what is written meet: "I'M down, please!" → "i am down"."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

_SLOT = re.compile(r"(\{\w+\})")

Plain = Callable[[str], str]
"""Makes a text plain."""


def plain(fillers: Iterable[str], long_forms: Mapping[str, str], numbers: Sequence[str]) -> Plain:
    """What makes text plain: lower case, words only, short forms made long, digits one by one, no fillers.

    ``numbers`` are the words for zero to nine, at least.
    """
    dropped = frozenset(fillers)
    # Without apostrophes: "im down" is how it is typed in a hurry.
    long = {short.replace("'", ""): form for short, form in long_forms.items()}

    def words(text: str) -> str:
        text = text.lower().replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
        text = re.sub(r"[0-9]", lambda digit: f" {numbers[int(digit[0])]} ", text)
        said = re.sub(r"[^\w]|_", " ", text).split()
        return " ".join(long.get(word, word) for word in said if word not in dropped)

    return words


def plain_sample(sample: str, words: Plain) -> str:
    """A sample made plain, its slots as they are."""
    parts = (part if _SLOT.fullmatch(part) else words(part) for part in _SLOT.split(sample))
    return " ".join(part for part in parts if part)
