"""What the trained ears take a sentence for: sure, to be asked for, or nothing.

What ends, deletes or reverses something is never done for a likeness: it is asked for first. In doubt between pain and
anything else it is pain.
"""

from collections.abc import Mapping
from dataclasses import replace

from interaction_model.build import EMERGENCY, EXERCISE
from interaction_model.classifier import Classifier
from interaction_model.match import Heard, Matcher
from interaction_model.near import denies
from interaction_model.slots import Filler
from skill.hearing import intent_of

SURE, LEAD = 0.5, 2.0
"""From here on the likeliest is done; or if it is that much likelier than the next, and `ASK` at least."""

ASK = 0.05
"""From here on it is asked for; below, it was not understood. These were all chosen on a third of what people say, by ears
that had learned the other two."""

MOVES, CLEARLY = 0.6, 4.0
"""What leads somewhere else, or on, must be so likely, or so much likelier than the next."""

FEW, FEW_WORDS, ASK_FEW = 2, 0.8, 0.3
"""Fewer words than three tell little: so likely it must be, or it is asked for; and so likely to be asked for."""

TURNED = 0.25
"""Where the opposite is so much of what is likeliest, neither is done unasked."""

SAFE = 0.4
"""Where all that speaks of pain is together so likely, it is pain."""

CONCERNED = 0.3
"""A concern is so likely, or is not heard: it is not asked for."""

KNOWN = 0.5
"""So many of its words it must have seen: a word that only looks like one we know is heard to the letter, or nearly."""

FAINT, EXPECTED = 0.12, 3.0
"""What is so likely by its words is so many times as likely where the question expects it."""

DESCRIBED, TOLD = 0.5, 0.3
"""An exercise is meant that has so much of all that any exercise has; and so much of everything, if it is to be asked for."""

UNDENIED = ("ReadyIntent", "ForgetIntent")
"""What is never meant with a "not": "do not go on", "do not delete it"."""

HURTS, NOTHING = "HurtsIntent", "AMAZON.FallbackIntent"
PAINS = (HURTS, "NumbIntent", "FaintIntent", EMERGENCY)
"""What speaks of pain, or worse: of one that is not sure it is pain."""


def together(likely: Mapping[str, float]) -> Mapping[str, float]:
    """How likely each intent is, whatever it names."""
    found: dict[str, float] = {}
    for name, share in likely.items():
        intent = name.partition(" ")[0]
        found[intent] = found.get(intent, 0.0) + share
    return found


def meant(likely: Mapping[str, float]) -> str:
    """The exercise that a sentence describes, where one is much likelier than the others; else nothing."""
    shares = {name.partition(" ")[2]: share for name, share in likely.items() if " " in name}
    most = max(shares, key=lambda name: shares[name], default="")
    return most if most and shares[most] >= DESCRIBED * sum(shares.values()) else ""


class Guesser:
    """Guesses what was meant."""

    def __init__(self, ears: Classifier, matcher: Matcher, slots: Filler, vocabulary: frozenset[str]) -> None:
        """``vocabulary`` is every word that is known."""
        self._said, self._content, self._same = matcher.sentences, matcher.content, matcher.same
        self._ears, self._slots, self._vocabulary = ears, slots, vocabulary
        self._nots = frozenset(self._said.nots)
        self._concerns = {intent_of(slug) for slug in self._content.words.concerns}
        self._opposite = {one: other for pair in self._said.opposites for one, other in (pair, pair[::-1])}

    def guess(self, said: str, kind: str) -> Heard | None:
        """What a plain sentence is taken for, after a question of that kind; ``doubt`` is how to ask for it."""
        words = said.split()
        known = [word for word in words if word in self._vocabulary]
        if len(known) < KNOWN * len(words) or (len(known) < len(words) and self._slots.unlisted(said)):
            return None  # or it names something that nobody knows
        every = self._ears.likely(said)
        likely = self._weighed(together(every), kind)
        if sum(likely.get(name, 0.0) for name in PAINS) >= SAFE:
            worst = max(PAINS, key=lambda name: likely.get(name, 0.0))
            return Heard(worst if likely[worst] >= SURE else HURTS)
        if likely.get(NOTHING, 0.0) >= SURE:
            return None
        intent = max((name for name in likely if name != NOTHING), key=lambda name: likely[name])
        denied = denies(said, self._nots) and self._same.get(intent) in {
            self._same.get(one) for one in UNDENIED
        }
        if likely[intent] < (ASK_FEW if len(words) <= FEW else ASK) or denied:
            return None
        if intent in PAINS:
            return Heard(HURTS, doubt=self._said.names.get(HURTS, ""))
        heard = self._slots.filled(intent, said, meant(every))
        if heard is None or intent in self._concerns:
            told = likely[intent] >= CONCERNED and not denies(said, self._nots)
            return heard if told else None
        if self._sure(intent, said, likely) and (intent != EXERCISE or self._clear(heard, said, every, SURE)):
            return heard
        if intent == EXERCISE and not self._clear(heard, said, every, TOLD):
            return None
        name = self._name(heard)
        return replace(heard, doubt=name) if name else None

    def _sure(self, intent: str, said: str, likely: Mapping[str, float]) -> bool:
        """Whether it is done unasked."""
        share = likely[intent]
        second = max((other for name, other in likely.items() if name != intent), default=0.0)
        opposite = self._opposite.get(intent)
        if intent in self._said.weighty:
            return False
        if opposite and (likely.get(opposite, 0.0) > TURNED * share or denies(said, self._nots)):
            return False
        if intent in self._said.moving and share < MOVES and share < CLEARLY * second:
            return False
        if len(said.split()) <= FEW:
            return share >= FEW_WORDS
        return share >= SURE or share >= LEAD * second

    def _clear(self, heard: Heard, said: str, every: Mapping[str, float], share: float) -> bool:
        """Whether an exercise is named in so many words, or it sounds like that one so much."""
        slug = heard.slots.get("exercise", "")
        return slug == self._slots.exercise(said) or every.get(f"{EXERCISE} {slug}", 0.0) >= share

    def _weighed(self, plain: Mapping[str, float], kind: str) -> Mapping[str, float]:
        """How likely each meaning is at this moment; of intents that mean the same, the likeliest stands for all."""
        expected = frozenset(self._said.expected.get(kind, ()))
        weighed = {
            name: share * (EXPECTED if name in expected and share >= FAINT else 1.0)
            for name, share in plain.items()
        }
        whole = sum(weighed.values())
        stands: dict[str, str] = {}
        found: dict[str, float] = {}
        for name, share in sorted(weighed.items(), key=lambda one: -one[1]):
            first = stands.setdefault(self._same.get(name, name), name)
            found[first] = found.get(first, 0.0) + share / whole
        return found

    def _name(self, heard: Heard) -> str:
        """How one asks whether that was meant; empty if one does not."""
        content = self._content
        if slug := heard.slots.get("exercise"):
            return content.exercises[slug].name if slug in content.exercises else ""
        if slug := heard.slots.get("routine"):
            return content.routines[slug].name if slug in content.routines else ""
        return self._said.names.get(heard.intent, "")
