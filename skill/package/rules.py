"""What Amazon, or our own house, would refuse in the texts of a listing: `mistakes` names all of it.

The lengths are those of Amazon's pages on a skill's details in the store (platform facts, section 11). An example phrase is one
that our own ears hear as it says, and that Alexa knows to the letter.
"""

import re
from collections.abc import Callable, Iterator

from skill.hearing import LAUNCHED, Heard
from skill.package.texts import Texts

NAME = range(2, 51)
"""Characters of the name in the store."""

SUMMARY, DESCRIPTION, TESTING, EXAMPLE = 160, 4000, 4000, 200
"""At most so many characters each."""

EXAMPLES, KEYWORDS = 3, 30
"""At most so many."""


def mistakes(
    name: str, texts: Texts, hear: Callable[[str], Heard | None], samples: frozenset[str]
) -> Iterator[str]:
    """Everything that is wrong with a listing; ``samples`` are those of the model, ``hear`` our own ears."""
    if len(name) not in NAME:
        yield f"the name is not {NAME.start} to {NAME.stop - 1} characters long: {name}"
    for what, text, most in (
        ("summary", texts.summary, SUMMARY),
        ("description, with its disclaimer,", texts.described, DESCRIPTION),
        ("testing instructions", texts.testing, TESTING),
        *((f"example {one.say!r}", one.say, EXAMPLE) for one in texts.examples),
    ):
        if len(text) > most:
            yield f"the {what} has {len(text)} characters, over the limit of {most}"
    for what, found, most in (
        ("example phrases", texts.examples, EXAMPLES),
        ("keywords", texts.keywords, KEYWORDS),
    ):
        if not 0 < len(found) <= most:
            yield f"there are {len(found)} {what}: give 1 to {most}"
    for word in texts.claims:
        if re.search(rf"\b{re.escape(word)}", f"{texts.summary} {texts.description}", re.IGNORECASE):
            yield f"it claims too much: {word!r}"
    yield from _examples(texts, hear, samples)


def _examples(texts: Texts, hear: Callable[[str], Heard | None], samples: frozenset[str]) -> Iterator[str]:
    for index, one in enumerate(texts.examples):
        heard = hear(one.say)
        if heard is None or heard.doubt or heard.intent != one.means:
            yield f"the example {one.say!r} is heard as {heard.intent if heard else 'nothing'}, not as {one.means}"
        if index == 0 and one.means != LAUNCHED:
            yield f"the first example does not open the skill: {one.say!r}"
        if one.means != LAUNCHED and one.say not in samples:
            yield f"the example {one.say!r} is no sample of the model, to the letter"
