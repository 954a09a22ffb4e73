"""From words, or from an intent, to what a person did: the one place, for every door.

A door that gets intents from a platform asks `Hearing.event`; one that gets words asks `Ears.hear`, which finds the intent
first. Speech is never an exception: a slot that is empty or unlisted, and an intent we do not know, are events too.

Adding an intent: its line in `EVENTS`. An intent for a concern or a topic of the content's files is known by its name.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from skill.coach.dialogue import events as e
from skill.coach.dialogue.answering import TOPICS
from skill.coach.dialogue.days import CLOCK
from skill.coach.dialogue.questions import Meant, Question
from skill.coach.exercise import Catalogue, Slug
from skill.coach.timeline.wishes import Measure

Slots = Mapping[str, str | None]
"""A slot's name → the id it was resolved to; "" if something was said that is not listed; None if nothing was."""

Hear = Callable[[Slots], e.Event]
"""From an intent's slots to the event."""

MUDDLE = "muddle_"
"""How a slot id begins that stands for several exercises."""

LAUNCHED = "LaunchRequest"
"""What opening us is called: a request, not an intent."""


def intent_of(slug: Slug) -> str:
    """The intent of a concern or a topic: ``is_it_safe`` → ``IsItSafeIntent``."""
    return "".join(word.capitalize() for word in slug.split("_")) + "Intent"


def _always(event: e.Event) -> Hear:
    return lambda _: event


def _begin(slots: Slots) -> e.Event:
    minutes = slots.get("minutes") or ""
    return e.Begin(slots.get("routine"), int(minutes) if minutes.isdecimal() else None)


def _chose(slots: Slots) -> e.Event:
    exercise = slots.get("exercise")
    if exercise and exercise.startswith(MUDDLE):
        return e.Muddled(exercise.removeprefix(MUDDLE))
    return e.Chose(exercise or None)


def _described(slots: Slots) -> e.Event:
    exercise = slots.get("exercise")
    if exercise and exercise.startswith(MUDDLE):
        return e.Muddled(exercise.removeprefix(MUDDLE))
    return e.Chose(None) if exercise == "" else e.Described(exercise)


def _dosed(measure: Measure, by: int = 0) -> Hear:
    def hear(slots: Slots) -> e.Event:
        amount = slots.get("amount") or ""
        return e.Dosed(measure, by, int(amount) if amount.isdecimal() else None)

    return hear


def _waited(slots: Slots) -> e.Event:
    return e.Paused(_ms(slots.get("duration") or ""))


_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")
"""A length of time as Alexa writes it, by ISO 8601: "PT1M30S"."""


def _ms(duration: str) -> int | None:
    found = _DURATION.fullmatch(duration)
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    return 1000 * (3600 * hours + 60 * minutes + seconds) or None


def _sided(slots: Slots) -> e.Event:
    return e.Sided(slots.get("side") or None)


def _not_that_side(slots: Slots) -> e.Event:
    return e.Sided({"left": "right", "right": "left"}.get(slots.get("side") or ""))


def _together(slots: Slots) -> e.Event:
    named = (slots.get(slot) for slot in ("exercise", "second", "third"))
    return e.Together(tuple(one for one in named if one is not None))


def _reminded(slots: Slots) -> e.Event:
    at = slots.get("time") or ""  # "EV", the evening, is no time that anybody can be reminded at
    return e.Remind(at if CLOCK.fullmatch(at) else None)


def _named(event: Callable[[Slug | None], e.Event]) -> Hear:
    return lambda slots: event(slots.get("own"))


_NOT_OFFERED = (
    "LoopOn", "LoopOff", "ShuffleOn", "ShuffleOff", "More", "NavigateSettings", "PageDown", "PageUp",
    "ScrollDown", "ScrollLeft", "ScrollRight", "ScrollUp",
)  # fmt: skip

EVENTS: Mapping[str, Hear] = {
    "BeginIntent": _begin,
    "ExerciseIntent": _chose,
    "DescribeIntent": _described,
    "ReadyIntent": _always(e.Yes()),
    "WaitIntent": _waited,
    "HowManyIntent": _always(e.HowMany()),
    "ListIntent": _always(e.Listed()),
    "HurtsIntent": _always(e.Hurts()),
    "EasierIntent": _always(e.Easier()),
    "SkipIntent": _always(e.Next()),
    "FinishIntent": _always(e.Stopped()),
    "StraightThroughIntent": _always(e.StraightThrough()),
    "SetBySetIntent": _always(e.SetBySet()),
    "ForgetIntent": _always(e.ForgetMe()),
    "AgainIntent": _always(e.Again()),
    "GoBackIntent": _always(e.Previous()),
    "FromStartIntent": _always(e.StartedOver()),
    "NotNowIntent": _always(e.No()),
    "HarderIntent": _always(e.Harder()),
    "SlowerIntent": _always(e.Paced(1)),
    "FasterIntent": _always(e.Paced(-1)),
    "NormalIntent": _always(e.AsUsual()),
    "MoreIntent": _dosed(Measure.REPS, 1),
    "RepsIntent": _dosed(Measure.REPS),
    "FewerIntent": _dosed(Measure.REPS, -1),
    "SetsIntent": _dosed(Measure.SETS, 1),
    "LastSetIntent": _always(e.Dosed(Measure.SETS, last=True)),
    "HoldLongerIntent": _dosed(Measure.HOLD, 1),
    "HoldShorterIntent": _dosed(Measure.HOLD, -1),
    "RestIntent": _dosed(Measure.REST, 1),
    "LessRestIntent": _dosed(Measure.REST, -1),
    "NoRestIntent": _always(e.Dosed(Measure.REST, amount=0)),
    "OneSideIntent": _sided,
    "OneOffIntent": _not_that_side,
    "OtherSideIntent": _always(e.Sided(other=True)),
    "BothSidesIntent": _always(e.Sided("")),
    "TogetherIntent": _together,
    "SaveRoutineIntent": _named(e.Kept),
    "RunRoutineIntent": _named(e.Ran),
    "DeleteRoutineIntent": _named(e.Dropped),
    "ReminderIntent": _reminded,
    "RememberIntent": _always(e.Remembered()),
    "EverythingIntent": _always(e.Everything()),
    "OptionsIntent": _always(e.Helped()),
    "EmergencyIntent": _always(e.Emergency()),
    "BreathlessIntent": _always(e.Breathless()),
    "AMAZON.YesIntent": _always(e.Yes()),
    "AMAZON.NoIntent": _always(e.No()),
    "AMAZON.NextIntent": _always(e.Next()),
    "AMAZON.PreviousIntent": _always(e.Previous()),
    "AMAZON.RepeatIntent": _always(e.Again()),
    "AMAZON.PauseIntent": _always(e.Paused()),
    "AMAZON.ResumeIntent": _always(e.Resumed()),
    "AMAZON.StartOverIntent": _always(e.StartedOver()),
    "AMAZON.HelpIntent": _always(e.Helped()),
    "AMAZON.StopIntent": _always(e.Stopped()),
    "AMAZON.CancelIntent": _always(e.Stopped()),
    "AMAZON.NavigateHomeIntent": _always(e.Closed()),  # they left for the home screen; nothing is spoken
    "AMAZON.FallbackIntent": _always(e.Unheard()),
    **{f"AMAZON.{name}Intent": _always(e.NotOffered()) for name in _NOT_OFFERED},
}
"""Every intent, but for those of concerns and topics, and the event it is."""


@dataclass(frozen=True)
class Hearing:
    """What the intents of a content mean."""

    catalogue: Catalogue

    @cached_property
    def events(self) -> Mapping[str, Hear]:
        """Every intent there is, and its event."""
        words = self.catalogue.words
        return {
            **EVENTS,
            **{intent_of(slug): _always(e.Concerned(slug)) for slug in words.concerns},
            **{intent_of(topic): _always(e.Asked(topic)) for topic in (*TOPICS, *words.answers)},
        }

    def event(self, intent: str, slots: Slots) -> e.Event:
        """The event of an intent; one we do not know is `Unheard`."""
        hear = self.events.get(intent)
        return hear(slots) if hear else e.Unheard()


class Heard(Protocol):
    """What was found in words: an intent, or `LAUNCHED`, and its slots."""

    @property
    def intent(self) -> str:
        """Its name."""

    @property
    def slots(self) -> Mapping[str, str]:
        """See `Slots`."""

    @property
    def doubt(self) -> str:
        """How to ask whether that was meant; empty if it is sure."""


@dataclass(frozen=True, slots=True)
class Ears:
    """Words in, an event out."""

    match: Callable[[str, Question | None], Heard | None]
    """Finds the intent of what was said, after the question that is open; None if there is none."""
    hearing: Hearing

    def hear(self, text: str, asked: Question | None = None) -> e.Event:
        """What somebody means who says this, after the question that is open."""
        heard = self.match(text, asked)
        if heard is None:
            return e.Unheard()
        if heard.doubt:
            return e.Unsure(heard.intent, heard.doubt, heard.slots)
        event = e.Opened() if heard.intent == LAUNCHED else self.hearing.event(heard.intent, heard.slots)
        if isinstance(asked, Meant) and isinstance(event, e.Yes):  # yes, that was meant
            return self.hearing.event(asked.wish, asked.slots)
        return event
