"""What Alexa would hear: text in, intent and slots out. For our own terminal and tests; on a device, Alexa does this.

Read from the model as it is committed, and from the phrases Alexa itself understands. In this order, the first that fits:

    emergency   one of its phrases anywhere in what was said, and always to the letter
    launch      "open my back routine"; or "ask my back routine to …", where the rest is matched
    exactly     a sample, its slot filled with a listed value, or a phrase Alexa itself understands
    concern     one of a concern's phrases within longer speech
    nearly      a misheard sample or value (`interaction_model.near`)
    unlisted    a long carrier around something we do not list: "what is the flying dutchman"
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from hassil.intents import Intents
from hassil.recognize import recognize_best

from interaction_model.build import EMERGENCY, languages, read
from interaction_model.invocation import WAKE_WORDS
from interaction_model.near import Carrier, denies, nearest, splits
from interaction_model.plain import plain, plain_sample
from interaction_model.spoken import Sentences, sentences
from skill.coach.exercise import Catalogue
from skill.hearing import LAUNCHED, concern_intent

FORGET = "ForgetIntent"
"""The intent that deletes everything."""

CLEAR = 3
"""Words a carrier must have of its own before it is believed around an unlisted value."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard. A slot holds the id of a listed value, or "" for something that is not listed."""

    intent: str
    slots: Mapping[str, str] = field(default_factory=dict)


@cache
def matcher(content: Catalogue, locale: str) -> "Matcher":
    """The matcher of our own model of a locale, made once. ``content`` is in its language."""
    return Matcher(content, read(locale), sentences(locale))


class Matcher:
    """Matches text against a model and what else is said; the catalogue tells which intents are about safety."""

    def __init__(self, content: Catalogue, model: Mapping[str, Any], said: Sentences) -> None:
        language = languages(model)
        self._plain, self._nots = (
            plain(said.fillers, said.long_forms, content.words.numbers),
            frozenset(said.nots),
        )
        samples = {
            intent["name"]: [plain_sample(sample, self._plain) for sample in intent["samples"]]
            for intent in language["intents"]
        } | {name: [self._plain(phrase) for phrase in phrases] for name, phrases in said.heard.items()}
        concerns = [concern_intent(slug) for slug in content.words.concerns]
        self._values = {
            slot["name"]: self._sayings(language, slot["type"])
            for intent in language["intents"]
            for slot in intent.get("slots", ())
        }
        self._carriers = tuple(_carriers(samples))
        # Safety is heard to the letter or not at all: "i can breathe" is a letter from an emergency. So is forgetting.
        self._sentences = {
            sample: name
            for name, own in samples.items()
            if name not in {EMERGENCY, FORGET, *concerns}
            for sample in own
            if "{" not in sample
        }
        self._emergency = _anywhere(samples[EMERGENCY])
        self._concerns = [(name, _anywhere(samples[name])) for name in concerns]
        self._launches = tuple(_launches(self._plain(language["invocationName"]), said))
        self._grammar = _grammar(said.locale, samples, self._values)
        self._exactly("")  # hassil reads its templates at the first use: here rather than in the first turn

    def match(self, text: str) -> Heard | None:
        """What was heard; None if nothing that we know."""
        said = self._plain(text)
        for word in WAKE_WORDS:
            said = said.removeprefix("hey ").removeprefix(f"{word} ")
        if self._emergency.search(said):
            return Heard(EMERGENCY)
        for launch in self._launches:
            if one := launch.fullmatch(said):
                return self._request(one["rest"]) if one["rest"] else Heard(LAUNCHED)
        return self._request(said)

    def _request(self, said: str) -> Heard | None:
        return self._exactly(said) or self._concern(said) or self._nearly(said) or self._unlisted(said)

    def _exactly(self, said: str) -> Heard | None:
        found = recognize_best(said, self._grammar)
        if found is None:
            return None
        return Heard(found.intent.name, {name: str(entity.value) for name, entity in found.entities.items()})

    def _concern(self, said: str) -> Heard | None:
        for name, phrases in self._concerns:
            if (one := phrases.search(said)) and denies(one[0], self._nots) is denies(said, self._nots):
                return Heard(name)
        return None

    def _nearly(self, said: str) -> Heard | None:
        sentence, best = nearest(said, self._sentences, self._nots)
        heard = Heard(self._sentences[sentence]) if sentence else None
        befores = {carrier.before for carrier in self._carriers if not carrier.after}
        for before, rest in splits(said):
            near, of_before = nearest(before, befores, self._nots)
            for carrier in self._carriers:
                if of_before > best and carrier.before == near and not carrier.after:
                    values = self._values[carrier.slot]
                    value, of_value = nearest(rest, values, self._nots)
                    if min(of_before, of_value) > best:
                        best = min(of_before, of_value)
                        heard = Heard(carrier.intent, {carrier.slot: values[value]})
        return heard

    def _unlisted(self, said: str) -> Heard | None:
        fitting = [one for one in self._carriers if one.words >= CLEAR and one.inside(said)]
        if not fitting:
            return None
        best = max(fitting, key=lambda one: one.words)  # the first of the best: an exercise before a routine
        return Heard(best.intent, {best.slot: ""})

    def _sayings(self, language: Mapping[str, Any], kind: str) -> dict[str, str]:
        """Each way of saying a value of a type → its id."""
        return {
            self._plain(saying): value["id"]
            for one in language["types"]
            if one["name"] == kind
            for value in one["values"]
            for saying in (value["name"]["value"], *value["name"]["synonyms"])
        }


def _grammar(
    locale: str, samples: Mapping[str, list[str]], values: Mapping[str, Mapping[str, str]]
) -> Intents:
    intents = {name: {"data": [{"sentences": own}]} for name, own in samples.items() if own}
    lists = {
        slot: {"values": [{"in": saying, "out": name} for saying, name in known.items()]}
        for slot, known in values.items()
    }
    return Intents.from_dict({"language": locale.partition("-")[0], "intents": intents, "lists": lists})


def _carriers(samples: Mapping[str, list[str]]) -> Iterator[Carrier]:
    for name, own in samples.items():
        for sample in own:
            if slotted := re.fullmatch(r"(.*)\{(\w+)\}(.*)", sample):
                before, slot, after = slotted.groups()
                yield Carrier(name, slot, before.strip(), after.strip())


def _launches(name: str, said: Sentences) -> Iterator[re.Pattern[str]]:
    launch, connectors, using = (
        "|".join(map(re.escape, each)) for each in (said.launch, said.connectors, said.using)
    )
    yield re.compile(rf"(?:{launch}) {name}(?: (?:{connectors}))?(?: (?P<rest>.+))?")
    yield re.compile(rf"(?P<rest>.+) (?:{using}) {name}")


def _anywhere(phrases: Iterable[str]) -> re.Pattern[str]:
    """What finds any of some phrases, whole words, the longest first."""
    longest = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))})\b")
