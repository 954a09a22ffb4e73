"""The sentences that are listened for as they sound: what a recogniser of speech makes its language model of.

Unlike what the trained ears learn, short forms stay short ("can't" sounds unlike "cannot"), what they drop is kept ("please"), and
of a template every sample is there. What people said word for word is left out: with it, of 92 commands by three voices fewer
were recognised, of our own and of other people's sentences alike, and most of its words are in nothing else.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from interaction_model.build import languages
from interaction_model.kinds import DURATION, NUMBER, TIME, sayings
from interaction_model.plain import Plain, as_spoken, plain_sample
from interaction_model.spoken import Sentences, expand
from skill.coach.exercise import Catalogue

OFTEN, SHORT = 24, 12
"""How often a phrase of a platform's own is told, "stop", "next", "yes"; and about how often all samples of one template together."""

URGENT, OFTENER, BRIEF = ("AMAZON.StopIntent", "AMAZON.PauseIntent", "HurtsIntent", "WaitIntent"), 200, 2
"""What must be heard before all else, how often each of its sentences is told, and of how many words at most such a one is."""

VALUES = 3
"""Values that a sample's slot is filled with, one after another."""

NAME_WORDS = 3
"""What calls a value has so many words at most, or was written for it; what describes it is one of those said word for word."""

AMOUNTS = 30
"""The highest number that is told as an amount."""

_SLOT = re.compile(r"\{(\w+)\}")


def aloud(content: Catalogue, model: Mapping[str, Any], said: Sentences) -> Iterator[str]:
    """Each sentence, in lower case and words only, the likelier ones several times."""

    def words(text: str) -> str:
        return " ".join(as_spoken(text, content.words.numbers))

    values = _values(content, model, said, words)
    please = said.fillers[:1]
    for intent, phrase in (
        (name, words(phrase)) for name, phrases in said.heard.items() for phrase in phrases
    ):
        yield from [phrase] * (OFTENER if _urgent(intent, phrase) else OFTEN)
        yield from (f"{phrase} {one}" for one in please)
    turn = 0
    for name, table in said.intents.items():
        for template in table.samples:
            samples = list(dict.fromkeys(plain_sample(sample, words) for sample in expand(template)))
            for sample in samples:
                turn += 1
                slots = [values[said.slots[slot]] for slot in _SLOT.findall(sample)]
                often = max(1, SHORT // len(samples) // (VALUES if slots else 1))
                for one in _filled(sample, slots, turn):
                    yield from [one] * (OFTENER if _urgent(name, one) else often)
    concerns = content.words.concerns
    for phrase in chain(content.words.emergency, *(concern.phrases for concern in concerns.values())):
        yield from [words(phrase)] * VALUES
    for after in said.after.values():
        yield from map(words, chain.from_iterable(after.values()))
    yield from chain.from_iterable(values.values())


def _urgent(intent: str, phrase: str) -> bool:
    return intent in URGENT and len(phrase.split()) <= BRIEF


def _filled(sample: str, slots: list[list[str]], turn: int) -> Iterator[str]:
    """A sample, its slots filled with a few of their values in their turn."""
    for i in range(VALUES if slots else 1):
        one = sample
        for at, some in enumerate(slots):
            one = _SLOT.sub(some[(turn * VALUES + i + at * 7) % len(some)], one, count=1)
        yield one


def _values(
    content: Catalogue, model: Mapping[str, Any], said: Sentences, words: Plain
) -> dict[str, list[str]]:
    """The ways to say each type's values, but for those that describe at length."""
    described = {phrase for phrases in said.verbatim.values() for phrase in phrases}
    found = {
        one["name"]: [
            words(saying)
            for value in one["values"]
            for saying in (value["name"]["value"], *value["name"]["synonyms"])
            if saying not in described or len(saying.split()) <= NAME_WORDS
        ]
        for one in languages(model)["types"]
    }
    found[NUMBER] = list(content.words.numbers[1 : AMOUNTS + 1])
    for kind in (DURATION, TIME):
        found[kind] = [words(saying) for saying in sayings(kind, content, said)]
    return found
