"""Whether what was heard is acted upon: how sure one has to be depends on what it would do.

the coach's own words    nothing: whatever it says itself is no command
stop, wait, it hurts     `GENTLE`: to stop for nothing costs little
the body, an emergency   `USUAL`; with less it is taken for "it hurts": the coach stops and has them rest. An emergency call
                         that nobody asked for frightens, and is believed less the next time
whatever leads on        `WEIGHTY`: yes, harder, faster, forget me; with less it was not understood
anything else            `USUAL`
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from skill.coach.dialogue import events as e
from skill.coach.dialogue.questions import Question
from skill.ears.listener import Said

GENTLE: Final = 0.05
USUAL: Final = 0.12
WEIGHTY: Final = 0.25
"""From 0 to 1, a word. Of 46 commands by two voices, clean and over the counting, those understood rightly were at 0.12 or above
but for two, those wrongly from 0.01 to 0.61: it tells noise from words, not one command from another. What tells them apart is
that few are wrong at all. `python -m tests.earscheck` says what they let through."""

STOPS = (e.Stopped, e.Paused, e.Hurts)
"""What stops, or waits: the least that can be done."""

BODY = (e.Emergency, e.Concerned, e.Breathless)
"""What they say of their body."""

LEADS = (
    e.Yes, e.Resumed, e.Harder, e.ForgetMe, e.Dropped, e.Kept, e.Everything, e.StartedOver, e.Remind,
    e.StraightThrough, e.Remembered, e.Begin, e.Ran, e.Together,
)  # fmt: skip
"""What leads on to more, or cannot be taken back. A faster count, and more of anything, are so too."""

NOTHING = (e.Unheard, e.Unsure)

Hear = Callable[[str, Question | None], e.Event]
"""From words to what they mean, after the question that is open: `skill.hearing.Ears.hear`."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What to do about an utterance."""

    event: e.Event | None
    """None: about nothing, and nothing is said."""
    ours: bool = False
    """Whether it was the coach, as far as can be told: tell the listener."""
    text: str = ""
    """The words that the event is of; empty where it is less than what they say: they were not sure enough."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Decides what is acted upon."""

    hear: Hear

    def heard(
        self, said: Said, asked: Question | None = None, own: Iterable[str] = (), *, playing: bool = False
    ) -> Heard:
        """What was meant, if it is sure enough; ``own`` is what the coach said in the last seconds, ``playing`` whether it speaks.

        While it speaks, what was not understood is nothing: more often than not it was a noise.
        """
        words = said.guess.text.split()
        left = without(words, {word for text in own for word in _words(text)}) if playing else words
        if not left or (playing and _near(words, own)):
            return Heard(None, ours=True)
        text = " ".join(left)
        meant = self.hear(text, asked)
        if isinstance(meant, NOTHING) and left != words:  # "three more"
            text = " ".join(words)
            meant = self.hear(text, asked)
        event = weighed(meant, said.guess.certainty)
        if playing and isinstance(event, NOTHING):
            return Heard(None)
        return Heard(event, text=text if event == meant else "")


def weighed(event: e.Event, certainty: float) -> e.Event:
    """What is done about it, so sure."""
    if isinstance(event, STOPS):
        return event if certainty >= GENTLE else e.Unheard()
    if isinstance(event, BODY):
        return event if certainty >= USUAL else e.Hurts() if certainty >= GENTLE else e.Unheard()
    return event if certainty >= (WEIGHTY if _leads(event) else USUAL) else e.Unheard()


def without(words: list[str], own: set[str]) -> list[str]:
    """Without the coach's own words at both ends: where it counted before somebody spoke, and after."""
    first = next((i for i, word in enumerate(words) if word not in own), len(words))
    last = next((i for i, word in reversed(list(enumerate(words))) if word not in own), -1)
    return words[first : last + 1]


def _near(words: list[str], own: Iterable[str]) -> bool:
    """Whether most words are the coach's, of three at least."""
    theirs = {word for text in own for word in _words(text)}
    return len(words) >= FEW and sum(word in theirs for word in words) >= MOST * len(words)


FEW, MOST = 3, 0.75


def _words(text: str) -> list[str]:
    return "".join(one if one.isalnum() or one == "'" else " " for one in text.lower()).split()


def _leads(event: e.Event) -> bool:
    if isinstance(event, e.Paced):
        return event.by < 0
    if isinstance(event, e.Dosed):
        return event.by > 0
    return isinstance(event, LEADS)
