"""What was meant, from words alone: the ears of every door but Alexa's, who has her own.

In this order, the first that fits:

    emergency   one of its phrases anywhere in what was said, to the letter
    launch      "open my back routine"; or "ask my back routine to …", where the rest is heard
    exactly     a sample, or what means something only after the question that is open
    signs       what they say of their body, in any words (`interaction_model.signs`)
    concern     one of a concern's phrases within longer speech
    unwrapped   the same to the letter, without "could you" and the like
    stop        said first or last
    described   an exercise by what one does in it
    misheard    a carrier and a value that are both near: "wat is the pelvik tilt"
    likely      what the trained ears take it for (`interaction_model.classifier`): sure, or to be asked for
    nearly      a misheard sample or value (`interaction_model.near`)
    unlisted    a long carrier around something we do not list: "what is the flying dutchman"

What ends, deletes or reverses something is never taken from a likeness: it is asked for first.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import Hamming

from interaction_model.build import EMERGENCY, read
from interaction_model.classifier import Classifier, committed
from interaction_model.match import Heard, Matcher
from interaction_model.near import LETTERS, denies
from interaction_model.signs import SignReader, alternatives, anywhere
from interaction_model.slots import BRIEF, Descriptions, Names
from interaction_model.spoken import sentences
from skill.coach.dialogue.questions import Menu, Question, name_of
from skill.coach.exercise import Catalogue
from skill.hearing import intent_of

SURE, LEAD = 0.5, 2.0
"""From here on the likeliest is done; or if it is that much likelier than the next, and `ASK` at least."""

ASK = 0.22
"""From here on it is asked for; below, it was not understood. Both chosen on the half of our sentences we worked with."""

SAFE = 0.3
"""In doubt between pain and anything else it is pain: where all that speaks of it is together so likely."""

FEW, FEW_WORDS = 2, 0.8
"""Fewer words than three tell little: so likely it must be, or it is asked for."""

ONWARD = 0.6
"""A yes leads on: so likely it must be."""

SHORTEST = 3
"""Letters of a word that may be one letter wrong."""

KNOWN = 0.5
"""So many of its words it must have seen: a word that only looks like one we know is heard to the letter, or nearly."""

FAINT = 0.12
"""What is less likely than this by its words alone is not made likelier by the question."""

EXPECTED = 3.0
"""What is expected after a question is so many times as likely."""

STOP, HURTS, YES = "AMAZON.StopIntent", "HurtsIntent", "AMAZON.YesIntent"
EXERCISE, DESCRIBE, BEGIN = "ExerciseIntent", "DescribeIntent", "BeginIntent"
PAINS = (HURTS, "NumbIntent", "FaintIntent", EMERGENCY)
"""What speaks of pain, or worse."""


@cache
def listener(content: Catalogue, locale: str) -> "Listener":
    """The ears of our own model of a locale, made once. ``content`` is in its language."""
    return Listener(Matcher(content, read(locale), sentences(locale)), committed(locale))


class Listener:
    """Hears what was meant."""

    def __init__(self, matcher: Matcher, ears: Classifier | None = None) -> None:
        said, words = matcher.sentences, matcher.plain
        self._matcher, self._ears, self._said = matcher, ears, said
        self._exercises, self._routines = (
            Names(matcher.values.get(slot, {})) for slot in ("exercise", "routine")
        )
        self._minutes = matcher.values.get("minutes", {})
        self._signs = SignReader(matcher.content.words.signs, matcher.values.get("exercise", {}), words)
        told = (" ".join((*one.usual.steps, *one.about)) for one in matcher.content.exercises.values())
        self._vocabulary = frozenset(
            word for sentence in (*matcher.every, *map(words, told)) for word in sentence.split()
        )
        # Short words only as the short form of a denial: "duke" is a letter from "puke".
        shorts = {short.replace("'", "") for short in said.long_forms}
        self._sign_words: dict[int, list[str]] = {}
        for word in sorted(shorts | {word for word in self._signs.vocabulary if len(word) >= LETTERS - 1}):
            self._sign_words.setdefault(len(word), []).append(word)
        self._described = Descriptions(
            matcher.content,
            words,
            (*said.describing, *said.small, *said.owners, *said.fillers, *said.wrappings),
        )
        self._after = {
            kind: {words(phrase): intent for intent, phrases in table.items() for phrase in phrases}
            for kind, table in said.after.items()
        }
        self._stops = tuple(map(words, said.stops))
        self._minuted = {words(span): words(minutes) for span, minutes in said.spans.items()}
        self._spans, self._describing = anywhere(self._minuted), anywhere(map(words, said.describing))
        wrapping = alternatives(map(words, said.wrappings))
        self._wrapped = re.compile(rf"^(?:{wrapping})(?: |$)|(?:^| )(?:{wrapping})$")
        self._needs = [(slug, anywhere(map(words, phrases))) for slug, phrases in said.needs.items()]
        self._concerns = {intent_of(slug) for slug in matcher.content.words.concerns}
        self._opposite = {one: other for pair in said.opposites for one, other in (pair, pair[::-1])}

    def opened(self, text: str) -> tuple[str, Heard | None]:
        """See `Matcher.opened`."""
        return self._matcher.opened(text)

    def hear(self, text: str, asked: Question | None = None) -> Heard | None:
        """What was meant by it, after the question that is open; None if nothing that we know."""
        said, found = self._matcher.opened(text)
        if found or not said:
            return found
        said = self._spans.sub(lambda span: self._minuted[span[0]], said)
        kind = name_of(type(asked)) if asked else name_of(Menu)
        if intent := self._after.get(kind, {}).get(said):
            return Heard(intent)
        heard = (
            self._matcher.exactly(said)
            or self._sign(said)
            or self._matcher.concern(said)
            or self._unwrapped(said, kind)
            or self._stop(said)
            or self._description(said)
            or self._misheard(said)
            or self._likely(said, kind)
            or self._matcher.nearly(said, self._said.weighty)
            or self._matcher.unlisted(said)
        )
        if heard is not None and heard.intent == BEGIN and not heard.slots:
            needed = self._needed(said)  # though none was named
            return Heard(BEGIN, {"routine": needed} if needed else {}, heard.doubt)
        return heard

    def _sign(self, said: str) -> Heard | None:
        intent = self._signs.hear(said) or self._signs.hear(self._corrected(said))
        return Heard(intent) if intent else None

    def _corrected(self, said: str) -> str:
        """The same, each word that nobody says as the word of a sign that is a letter from it: "my chesi is tight"."""
        words = (word if word in self._vocabulary else self._letter_from(word) for word in said.split())
        return self._matcher.plain(" ".join(words))

    def _letter_from(self, word: str) -> str:
        alike = self._sign_words.get(len(word), []) if len(word) >= SHORTEST else []
        near = process.extractOne(word, alike, scorer=Hamming.distance, score_cutoff=1)
        return near[0] if near else word

    def _stop(self, said: str) -> Heard | None:
        first, last = said.split(maxsplit=1)[0], said.rsplit(maxsplit=1)[-1]
        stops = (first in self._stops or last in self._stops) and not denies(
            said.removeprefix("no "), self._nots
        )
        return Heard(STOP) if stops else None

    def _unwrapped(self, said: str, kind: str) -> Heard | None:
        """The same without what changes nothing, to the letter: "could you pause for me"."""
        bare = self._wrapped.sub("", said).strip()
        while bare != (barer := self._wrapped.sub("", bare).strip()):
            bare = barer
        if not bare or bare == said:
            return None
        intent = self._after.get(kind, {}).get(bare)
        return Heard(intent) if intent else self._matcher.exactly(bare)

    def _description(self, said: str) -> Heard | None:
        """An exercise by what one does in it."""
        if not self._describing.search(said) and len(said.split()) > BRIEF:
            return None
        if not said.startswith(
            tuple(f"{owner} " for owner in self._said.owners)
        ) and not self._describing.search(said):
            return None
        found = self._described.find(said)
        return Heard(EXERCISE, {"exercise": found}) if found else None

    def _misheard(self, said: str) -> Heard | None:
        """A carrier and a value that are both near: a name is in it."""
        near = self._matcher.nearly(said, self._said.weighty)
        return near if near and near.slots else None

    @property
    def _nots(self) -> frozenset[str]:
        return frozenset(self._said.nots)

    def _likely(self, said: str, kind: str) -> Heard | None:
        if self._ears is None:
            return None
        likely = self._weighed(said, kind)
        intent, share = max(likely.items(), key=lambda one: one[1])
        others = (one for name, one in likely.items() if name != intent)
        second = max(others, default=0.0)
        pain = sum(likely.get(name, 0.0) for name in PAINS)
        known = sum(word in self._vocabulary for word in said.split()) / len(said.split())
        if known < KNOWN:
            return None
        if intent in PAINS or pain >= SAFE:
            return Heard(HURTS) if pain >= SAFE else None
        heard = self.slotted(intent, said)
        if heard is None or share < ASK or (intent in self._concerns and denies(said, self._nots)):
            return None
        sure = share >= SURE or share >= LEAD * second
        if said.count(" ") < FEW:
            sure = share >= FEW_WORDS
        if self._matcher.same.get(intent) == self._matcher.same.get(YES):
            sure = sure and share >= ONWARD
        turned = likely.get(self._opposite.get(intent, ""), 0.0) > share / 4 or denies(said, self._nots)
        if sure and not (turned and intent in self._opposite) and intent not in self._said.weighty:
            return heard
        name = self._name(heard)
        return replace(heard, doubt=name) if name else None

    def _weighed(self, said: str, kind: str) -> Mapping[str, float]:
        """How likely each meaning is at this moment; of intents that mean the same, the likeliest stands for all."""
        assert self._ears is not None
        plain = self._ears.likely(said, self.marks(said))
        expected = frozenset(self._said.expected.get(kind, ()))
        weighed = {
            name: share * (EXPECTED if name in expected and share >= FAINT else 1.0)
            for name, share in plain.items()
        }
        whole = sum(weighed.values())
        together: dict[str, float] = {}
        for name, share in sorted(weighed.items(), key=lambda one: -one[1]):
            meaning = self._matcher.same.get(name, name)
            stands = next((one for one in together if self._matcher.same.get(one, one) == meaning), name)
            together[stands] = together.get(stands, 0.0) + share / whole
        return together

    def marks(self, said: str) -> Iterable[str]:
        """What is named in it: its slots."""
        if self._exercises.find(said):
            yield "exercise"
        if self._routines.find(said):
            yield "routine"
        if self._number(said):
            yield "minutes"

    def _number(self, said: str) -> str:
        """The minutes that are spoken of, in digits."""
        if "minute" not in said:
            return ""
        found = [number for word, number in self._minutes.items() if f" {word} " in f" {said} "]
        return max(found, key=len, default="")

    def slotted(self, intent: str, said: str) -> Heard | None:
        """With what fills its slots; None if it needs one and there is none."""
        match intent:
            case "ExerciseIntent" | "DescribeIntent":
                found = (
                    self._exercises.find(said) or self._exercises.nearly(said) or self._described.find(said)
                )
                unlisted = self._matcher.unlisted(said)
                if found is None and unlisted and unlisted.intent == intent:
                    return unlisted
                if found is None and intent == EXERCISE:
                    return None
                return Heard(intent, {"exercise": found} if found else {})
            case "BeginIntent":
                if number := self._number(said):
                    return Heard(intent, {"minutes": number})
                unlisted = self._matcher.unlisted(said)
                found = self._routines.find(said) or self._routines.nearly(said)
                needed = self._needed(said)
                if found in {None, self._matcher.content.default}:
                    found = needed or found
                    if unlisted and unlisted.intent == BEGIN and not needed:
                        return unlisted
                return Heard(intent, {"routine": found} if found else {})
        return Heard(intent)

    def _needed(self, said: str) -> str | None:
        """The routine for whoever says so."""
        return next((slug for slug, need in self._needs if need.search(said)), None)

    def _name(self, heard: Heard) -> str:
        """How one asks whether that was meant; empty if one does not."""
        content = self._matcher.content
        if slug := heard.slots.get("exercise"):
            if slug in content.exercises:
                return content.exercises[slug].name
            return ""
        if slug := heard.slots.get("routine"):
            return content.routines[slug].name if slug in content.routines else ""
        return self._said.names.get(heard.intent, "")
