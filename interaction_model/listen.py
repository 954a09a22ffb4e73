"""What was meant, from words alone: the ears of every door but Alexa's, who has her own.

In this order, the first that fits:

    emergency   one of its phrases anywhere in what was said, to the letter
    launch      "open my back routine"; or "ask my back routine to …", where the rest is heard
    exactly     a sample, or what means something only after the question that is open
    signs       what they say of their body, in any words (`interaction_model.signs`)
    concern     one of a concern's phrases within longer speech
    unwrapped   the same to the letter, without "could you" and the like
    stop        said first or last
    misheard    a carrier and a value that are both near: "wat is the pelvik tilt"
    guessed     what the trained ears take it for: sure, or to be asked for (`interaction_model.guess`)
    nearly      a misheard sample or value (`interaction_model.near`)
    unlisted    a long carrier around something we do not list: "what is the flying dutchman"

What ends, deletes or reverses something is never taken from a likeness: it is asked for first.
"""

import re
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import Hamming

from interaction_model.build import read
from interaction_model.classifier import Classifier, committed
from interaction_model.guess import Guesser
from interaction_model.match import Heard, Matcher
from interaction_model.near import LETTERS, denies
from interaction_model.signs import SignReader, alternatives, anywhere
from interaction_model.slots import Filler
from interaction_model.spoken import sentences
from skill.coach.dialogue.questions import Menu, Question, name_of
from skill.coach.exercise import Catalogue

STUTTER = re.compile(r"\b(\w+(?: \w+)?)(?: \1\b)+")
"""What is said twice running: "i need i need more"."""

STOP, BEGIN = "AMAZON.StopIntent", "BeginIntent"


@cache
def listener(content: Catalogue, locale: str) -> "Listener":
    """The ears of our own model of a locale, made once. ``content`` is in its language."""
    return Listener(Matcher(content, read(locale), sentences(locale)), committed(locale))


class Listener:
    """Hears what was meant."""

    def __init__(self, matcher: Matcher, ears: Classifier | None = None) -> None:
        said, words = matcher.sentences, matcher.plain
        self._matcher, self._said, self._nots = matcher, said, frozenset(said.nots)
        self._slots = Filler(matcher)
        self._signs = SignReader(matcher.content.words.signs, matcher.values.get("exercise", {}), words)
        told = (" ".join((*one.usual.steps, *one.about)) for one in matcher.content.exercises.values())
        self._vocabulary = frozenset(
            word for sentence in (*matcher.every, *map(words, told)) for word in sentence.split()
        )
        self._guesser = Guesser(ears, matcher, self._slots, self._vocabulary) if ears else None
        # Short words only as the short form of a denial: "duke" is a letter from "puke".
        shorts = {short.replace("'", "") for short in said.long_forms if not short.endswith("'s")}
        self._sign_words: dict[int, list[str]] = {}
        for word in sorted(shorts | {word for word in self._signs.vocabulary if len(word) >= LETTERS - 1}):
            self._sign_words.setdefault(len(word), []).append(word)
        self._after = {
            kind: {words(phrase): intent for intent, phrases in table.items() for phrase in phrases}
            for kind, table in said.after.items()
        }
        self._stops = tuple(map(words, said.stops))
        self._minuted = {words(span): words(minutes) for span, minutes in said.spans.items()}
        self._spans = anywhere(self._minuted)
        wrapping = alternatives(map(words, said.wrappings))
        self._wrapped = re.compile(rf"^(?:{wrapping})(?: |$)|(?:^| )(?:{wrapping})$")

    def opened(self, text: str) -> tuple[str, Heard | None]:
        """See `Matcher.opened`."""
        return self._matcher.opened(text)

    def hear(self, text: str, asked: Question | None = None) -> Heard | None:
        """What was meant by it, after the question that is open; None if nothing that we know."""
        said, found = self._matcher.opened(text)
        if found or not said:
            return found
        said = self._spans.sub(lambda span: self._minuted[span[0]], said)
        exact = self._matcher.exactly(said)
        if exact is None and (once := STUTTER.sub(r"\1", said)) != said:
            said, exact = once, self._matcher.exactly(once)
        kind = name_of(type(asked)) if asked else name_of(Menu)
        if intent := self._after.get(kind, {}).get(said):
            return Heard(intent, self._slots.more(intent, said))
        heard = (
            exact
            or self._sign(said)
            or self._matcher.concern(said)
            or self._slots.together(said)
            or self._unwrapped(said, kind)
            or self._stop(said)
            or self._misheard(said)
            or (self._guesser.guess(said, kind) if self._guesser else None)
            or self._matcher.nearly(said, self._said.weighty)
            or self._matcher.unlisted(said)
        )
        if heard is not None and not heard.slots and (more := self._slots.more(heard.intent, said)):
            return Heard(heard.intent, more, heard.doubt)
        if heard is not None and heard.intent == BEGIN and "routine" not in heard.slots:
            needed = self._slots.needed(said)  # though none was named
            return Heard(BEGIN, {**heard.slots, **({"routine": needed} if needed else {})}, heard.doubt)
        return heard

    def _sign(self, said: str) -> Heard | None:
        intent = self._signs.hear(said)
        if intent is None and (corrected := self._corrected(said)) != said:
            intent = self._signs.hear(corrected)
        return Heard(intent) if intent else None

    def _corrected(self, said: str) -> str:
        """The same, each word that nobody says as the word of a sign that is a letter from it: "my chesi is tight".

        Its first letter is right: who types it wrong sees it, and what differs there is mostly another word, "watching"
        and "catching".
        """
        words = (word if word in self._vocabulary else self._letter_from(word) for word in said.split())
        return self._matcher.plain(" ".join(words))

    def _letter_from(self, word: str) -> str:
        alike = [one for one in self._sign_words.get(len(word), ()) if one[0] == word[0]]
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
        bare, wrapped = self._wrapped.sub("", said).strip(), said
        while bare and bare != wrapped:  # layer by layer: "very well, dear" is a "very well"
            intent = self._after.get(kind, {}).get(bare)
            if heard := Heard(intent) if intent else self._matcher.exactly(bare):
                return heard
            bare, wrapped = self._wrapped.sub("", bare).strip(), bare
        return None

    def _misheard(self, said: str) -> Heard | None:
        """A carrier and a value that are both near: a name is in it."""
        near, _ = self._matcher.nearly_named(said)
        return near
