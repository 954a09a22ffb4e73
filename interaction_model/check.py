"""What Alexa would refuse, or misroute, in an interaction model: `RULES`, a reason and its finder each.

The rules are those of the platform facts, section 8; the name's are in `interaction_model.invocation`. A finder yields
what offends; `mistakes` reports all of it.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from interaction_model import invocation
from interaction_model.build import Json, languages
from interaction_model.spoken import Sentences

SAMPLES = 20
"""The fewest samples of an intent of our own. Ours; Amazon advises thirty and demands none."""

VALUE_CHARS = 140
SYNONYMS = 100
VALUES = 50_000
"""Values and synonyms, in all types together."""
MODEL_BYTES = 1_500_000

REQUIRED = tuple(f"AMAZON.{name}Intent" for name in ("Help", "Stop", "Cancel", "NavigateHome"))
SEARCH = "AMAZON.SearchQuery"

_SLOT = re.compile(r"\{(\w+)\}")
_UNSAYABLE = re.compile(r"[^\w\s'.-]|_")


def mistakes(model: Mapping[str, Any], said: Sentences) -> list[str]:
    """Everything that is wrong with a model made of these sentences; empty if it may be uploaded."""
    language = languages(model)
    return [
        *invocation.mistakes(language["invocationName"], said),
        *(f"a sample opens the skill: {found}" for found in _opens(language, said)),
        *(f"{reason}: {found}" for reason, finder in RULES for found in finder(language)),
    ]


# Looking around


def _intents(language: Json) -> Iterator[tuple[str, Mapping[str, str], list[str]]]:
    for intent in language["intents"]:
        slots = {slot["name"]: slot["type"] for slot in intent.get("slots", [])}
        yield intent["name"], slots, intent.get("samples", [])


def _own(language: Json) -> Iterator[tuple[str, Mapping[str, str], list[str]]]:
    return (intent for intent in _intents(language) if not intent[0].startswith("AMAZON."))


def _samples(language: Json) -> Iterator[tuple[str, str]]:
    return ((name, sample) for name, _, samples in _intents(language) for sample in samples)


def _values(language: Json) -> Iterator[tuple[str, str, str, list[str]]]:
    """Type, id, value and synonyms."""
    for kind in language["types"]:
        for value in kind["values"]:
            yield kind["name"], value["id"], value["name"]["value"], value["name"].get("synonyms", [])


def _sayings(language: Json) -> Iterator[tuple[str, str, str]]:
    """Type, id and each way of saying it."""
    return ((kind, name, said) for kind, name, value, more in _values(language) for said in (value, *more))


def _often(things: Iterable[str]) -> list[str]:
    return sorted(thing for thing, times in Counter(things).items() if times > 1)


# Samples


def _opens(language: Json, said: Sentences) -> Iterator[str]:
    openings = tuple(f"{word} {language['invocationName']} " for word in said.launch)
    return (
        f"{intent}: {sample!r}" for intent, sample in _samples(language) if f"{sample} ".startswith(openings)
    )


def _bad_letters(language: Json) -> Iterator[str]:
    return (
        f"{name}: {sample!r}"
        for name, sample in _samples(language)
        if _UNSAYABLE.search(_SLOT.sub("", sample))
    )


def _digits(language: Json) -> Iterator[str]:
    said = chain(_samples(language), ((kind, said) for kind, _, said in _sayings(language)))
    return (f"{where}: {text!r}" for where, text in said if re.search(r"\d", text))


def _no_words(language: Json) -> Iterator[str]:
    return (f"{name}: {sample!r}" for name, sample in _samples(language) if not sample.strip())


def _too_few(language: Json) -> Iterator[str]:
    return (f"{name}: {len(samples)}" for name, _, samples in _own(language) if len(samples) < SAMPLES)


def _unknown_slot(language: Json) -> Iterator[str]:
    for name, slots, samples in _intents(language):
        used = {slot for sample in samples for slot in _SLOT.findall(sample)}
        yield from (f"{name}: {{{slot}}}" for slot in sorted(used - slots.keys()))


def _unused_slot(language: Json) -> Iterator[str]:
    for name, slots, samples in _intents(language):
        used = {slot for sample in samples for slot in _SLOT.findall(sample)}
        yield from (f"{name}: {slot}" for slot in sorted(slots.keys() - used))


def _unlike_slots(language: Json) -> Iterator[str]:
    return iter(
        _often(slot for slot, _ in {pair for _, slots, _ in _intents(language) for pair in slots.items()})
    )


def _unknown_type(language: Json) -> Iterator[str]:
    known = {kind["name"] for kind in language["types"]}
    wanted = {kind for _, slots, _ in _intents(language) for kind in slots.values()}
    return (repr(kind) for kind in sorted(wanted - known) if not kind.startswith("AMAZON."))


def _twice(language: Json) -> Iterator[str]:
    return (f"{name}: {sample!r}" for name, _, samples in _own(language) for sample in _often(samples))


def _shared(language: Json) -> Iterator[str]:
    return (f"{sample!r}: {', '.join(names)}" for sample, names in _homes(language).items() if len(names) > 1)


def _homes(language: Json) -> dict[str, list[str]]:
    """The intents that have each sample."""
    homes: dict[str, list[str]] = {}
    for name, sample in sorted({(name, sample.lower()) for name, sample in _samples(language)}):
        homes.setdefault(sample, []).append(name)
    return homes


def _two_meanings(language: Json) -> Iterator[str]:
    """With slots filled in: "the hug" must not be one intent's sample and another's slot, nor "hug" two exercises."""
    sayings: dict[str, list[tuple[str, str]]] = {}
    for kind, value, said in _sayings(language):
        sayings.setdefault(kind, []).append((value, said.lower()))
    types = {name: slots for name, slots, _ in _intents(language)}
    only: dict[str, tuple[str, str]] = {}
    several: dict[str, set[tuple[str, str]]] = {}  # of few of half a million

    def means(said: str, name: str, value: str) -> None:
        if (first := only.setdefault(said, one := (name, value))) != one:
            several.setdefault(said, {first}).add(one)

    for sample, names in _homes(language).items():
        if len(names) == 1:  # one that is shared is found already
            means(sample, names[0], "")
            for slot in _SLOT.findall(sample):
                for value, said in sayings.get(types[names[0]].get(slot, ""), []):
                    means(sample.replace(f"{{{slot}}}", said), names[0], value)
    for said, heard in several.items():
        # A sample of the same intent is no other meaning: "start my routine" and "start {routine}".
        if len({name for name, _ in heard}) > 1 or len({value for _, value in heard if value}) > 1:
            yield f"{said!r}: {', '.join(' '.join(one).strip() for one in sorted(heard))}"


def _bare_search(language: Json) -> Iterator[str]:
    for name, slots, samples in _intents(language):
        for sample in samples:
            used = [slots.get(slot, "") for slot in _SLOT.findall(sample)]
            if SEARCH in used and (len(used) > 1 or not _SLOT.sub("", sample).strip()):
                yield f"{name}: {sample!r}"


# Slot values


def _long_values(language: Json) -> Iterator[str]:
    return (f"{kind}: {said!r}" for kind, _, said in _sayings(language) if len(said) > VALUE_CHARS)


def _many_synonyms(language: Json) -> Iterator[str]:
    return (
        f"{kind}: {value!r}: {len(more)}"
        for kind, _, value, more in _values(language)
        if len(more) > SYNONYMS
    )


def _same_values(language: Json) -> Iterator[str]:
    return iter(_often(f"{kind}: {said.lower()!r}" for kind, _, said in _sayings(language)))


def _same_ids(language: Json) -> Iterator[str]:
    return iter(_often(f"{kind}: {name}" for kind, name, _, _ in _values(language)))


def _many_values(language: Json) -> Iterator[str]:
    if (count := sum(1 for _ in _sayings(language))) > VALUES:
        yield str(count)


# The whole


def _same_intents(language: Json) -> Iterator[str]:
    return iter(_often(name for name, _, _ in _intents(language)))


def _missing(language: Json) -> Iterator[str]:
    present = {name for name, _, _ in _intents(language)}
    return (name for name in REQUIRED if name not in present)


def _extended(language: Json) -> Iterator[str]:
    return (name for name, _, samples in _intents(language) if name.startswith("AMAZON.") and samples)


def _too_big(language: Json) -> Iterator[str]:
    if (size := len(json.dumps(language, ensure_ascii=False).encode())) > MODEL_BYTES:
        yield f"{size} bytes"


RULES: tuple[tuple[str, Callable[[Json], Iterator[str]]], ...] = (
    ("a sample has more than letters, spaces, ' . - and slots", _bad_letters),
    ("digits: numbers are written as words", _digits),
    ("a sample is empty", _no_words),
    (f"fewer than {SAMPLES} samples", _too_few),
    ("a sample has a slot its intent has not", _unknown_slot),
    ("a slot is in no sample of its intent", _unused_slot),
    ("a slot has different types in different intents", _unlike_slots),
    ("a slot has a type that does not exist", _unknown_type),
    ("a sample stands twice", _twice),
    ("a sample stands in two intents", _shared),
    ("a sentence has two meanings", _two_meanings),
    ("a search slot stands alone or with another slot", _bare_search),
    (f"a slot value is longer than {VALUE_CHARS} characters", _long_values),
    (f"a slot value has more than {SYNONYMS} synonyms", _many_synonyms),
    ("a slot value stands twice in its type", _same_values),
    ("a slot value's id stands twice in its type", _same_ids),
    (f"more than {VALUES} slot values", _many_values),
    ("an intent stands twice", _same_intents),
    ("a required intent is missing", _missing),
    ("an intent of Alexa's own has samples", _extended),
    (f"the model is larger than {MODEL_BYTES} bytes", _too_big),
)
"""Every rule: what is wrong, and what finds it."""
