"""What is heard by the model alone: to the letter, or nearly. `interaction_model.listen` says in which order.

Read from the model as it is committed, and from the phrases Alexa itself understands.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any

from interaction_model import kinds
from interaction_model.build import EMERGENCY, languages
from interaction_model.invocation import WAKE_WORDS
from interaction_model.near import Carrier, Known, denies, nearest, splits
from interaction_model.plain import plain, plain_sample
from interaction_model.spoken import Sentences
from skill.coach.exercise import Catalogue
from skill.hearing import LAUNCHED, Hearing, intent_of

FORGET = "ForgetIntent"
"""The intent that deletes everything."""

CLEAR = 3
"""Words a carrier must have of its own before it is believed around an unlisted value."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard. A slot holds the id of a listed value, or "" for something that is not listed."""

    intent: str
    slots: Mapping[str, str] = field(default_factory=dict)
    doubt: str = ""
    """How to ask whether that was meant; empty if it is sure."""


class Matcher:
    """Matches text against a model and what else is said; the catalogue tells which intents are about safety."""

    def __init__(self, content: Catalogue, model: Mapping[str, Any], said: Sentences) -> None:
        language = languages(model)
        self.content, self.sentences = content, said
        self.plain = plain(said.fillers, said.long_forms, content.words.numbers)
        self._plain, self._nots = self.plain, frozenset(said.nots)
        samples = {
            intent["name"]: [plain_sample(sample, self._plain) for sample in intent["samples"]]
            for intent in language["intents"]
        } | {name: [self._plain(phrase) for phrase in phrases] for name, phrases in said.heard.items()}
        self.every = tuple(sample for own in samples.values() for sample in own)
        """Every sample, plain; slots as they are."""
        concerns = [intent_of(slug) for slug in content.words.concerns]
        self.values = {
            slot["name"]: self._sayings(language, slot["type"])
            for intent in language["intents"]
            for slot in intent.get("slots", ())
        }
        self._carriers = tuple(_carriers(samples))
        self._by_ends: dict[tuple[str, str], list[Carrier]] = {}
        self._by_before: dict[str, list[Carrier]] = {}
        for one in self._carriers:
            self._by_ends.setdefault((_first(one.before), _last(one.after)), []).append(one)
            if not one.after:
                self._by_before.setdefault(one.before, []).append(one)
        self._befores = Known(self._by_before)
        self._known_values = {slot: Known(values) for slot, values in self.values.items()}
        self._exact = {sample: name for name, own in samples.items() for sample in own if "{" not in sample}
        # Safety is heard to the letter or not at all: "i can breathe" is a letter from an emergency. So is forgetting. What
        # is said word for word is long, and left to the trained ears.
        verbatim = {self._plain(phrase) for phrases in said.verbatim.values() for phrase in phrases}
        self._sentences = {
            sample: name
            for name, own in samples.items()
            if name not in {EMERGENCY, FORGET, *concerns}
            for sample in own
            if "{" not in sample and sample not in verbatim
        }
        self._known_sentences = Known(self._sentences)
        self._emergency = _anywhere(samples[EMERGENCY])
        self._concerns = [(name, _anywhere(samples[name])) for name in concerns]
        self._launches = tuple(_launches(self._plain(language["invocationName"]), said))

    def opened(self, text: str) -> tuple[str, Heard | None]:
        """What was said, plain and without its opening; or what it is, if it is an emergency or no more than an opening."""
        said = self._plain(text)
        for word in WAKE_WORDS:
            said = said.removeprefix("hey ").removeprefix(f"{word} ")
        if self._emergency.search(said):
            return said, Heard(EMERGENCY)
        for launch in self._launches:
            if one := launch.fullmatch(said):
                return one["rest"] or "", None if one["rest"] else Heard(LAUNCHED)
        return said, None

    @cached_property
    def same(self) -> Mapping[str, str]:
        """Intent → what it means, the same for intents that mean the same: "resume" and "carry on"."""
        events = Hearing(self.content).events
        return {name: repr(hear({})) for name, hear in events.items()}

    def exactly(self, said: str) -> Heard | None:
        """A sample, its slot filled with a listed value, or a phrase Alexa itself understands."""
        if intent := self._exact.get(said):
            return Heard(intent)
        fitting = ((one, self.values[one.slot].get(one.inside(said))) for one in self._around(said))
        found = [(one, value) for one, value in fitting if value is not None]
        if not found:
            return None
        carrier, value = max(found, key=lambda pair: pair[0].words)  # the least is left to the slot
        return Heard(carrier.intent, {carrier.slot: value})

    def concern(self, said: str) -> Heard | None:
        """One of a concern's phrases within longer speech."""
        for name, phrases in self._concerns:
            if (one := phrases.search(said)) and denies(one[0], self._nots) is denies(said, self._nots):
                return Heard(name)
        return None

    def nearly(self, said: str, never: Collection[str] = ()) -> Heard | None:
        """A misheard sample, or a carrier with a misheard value; of no intent that is ``never`` taken so."""
        sentence, of_sentence = nearest(said, self._known_sentences, self._nots)
        named, of_named = self.nearly_named(said)
        if of_named > of_sentence:
            return named
        return (
            Heard(self._sentences[sentence]) if sentence and self._sentences[sentence] not in never else None
        )

    def nearly_named(self, said: str) -> tuple[Heard | None, float]:
        """A carrier with a misheard value, and how near they are, up to 100; the worse of the two counts."""
        heard, best = None, 0.0
        for before, rest in splits(said):
            near, of_before = nearest(before, self._befores, self._nots)
            for carrier in self._by_before.get(near, ()) if of_before > best else ():
                value, of_value = nearest(rest, self._known_values[carrier.slot], self._nots)
                if min(of_before, of_value) > best:
                    best = min(of_before, of_value)
                    heard = Heard(carrier.intent, {carrier.slot: self.values[carrier.slot][value]})
        return heard, best

    def _around(self, said: str) -> Iterator[Carrier]:
        """The carriers that may stand around what was said: those that begin as it does, end as it does, or both."""
        for ends in product((_first(said), ""), (_last(said), "")):
            yield from self._by_ends.get(ends, ())

    def unlisted(self, said: str) -> Heard | None:
        """A long carrier around something that is not listed."""
        fitting = [one for one in self._around(said) if one.words >= CLEAR and one.inside(said)]
        if not fitting:
            return None
        best = max(fitting, key=lambda one: one.words)  # the first of the best: an exercise before a routine
        return Heard(best.intent, {best.slot: ""})

    def _sayings(self, language: Mapping[str, Any], kind: str) -> dict[str, str]:
        """Each way of saying a value of a type → its id."""
        if known := kinds.sayings(kind, self.content, self.sentences):
            return {self._plain(saying): value for saying, value in known.items()}
        return {
            self._plain(saying): value["id"]
            for one in language["types"]
            if one["name"] == kind
            for value in one["values"]
            for saying in (value["name"]["value"], *value["name"]["synonyms"])
        }


def _first(text: str) -> str:
    return text.partition(" ")[0]


def _last(text: str) -> str:
    return text.rpartition(" ")[2]


def _carriers(samples: Mapping[str, list[str]]) -> Iterator[Carrier]:
    for name, own in samples.items():
        for sample in own:
            if slotted := re.fullmatch(
                r"([^{]*)\{(\w+)\}([^{]*)", sample
            ):  # of several slots nobody is a carrier
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
