"""What the person did. One closed union; the table of answers has a row for each.

Adding an event: a class here, its row in `skill.coach.dialogue.table`, its sentences in `interaction_model/sentences`, its
line in `skill.hearing`, and one in the dialogues.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from skill.coach.dialogue.reports import Allowed as Allowed
from skill.coach.dialogue.reports import Outcome as Outcome
from skill.coach.dialogue.reports import Reminded as Reminded
from skill.coach.dialogue.reports import Report as Report
from skill.coach.dialogue.reports import Reported as Reported
from skill.coach.exercise import Ms, Slug
from skill.coach.timeline.wishes import Measure


@dataclass(frozen=True, slots=True)
class Opened:
    """Opened the skill, without saying what for."""


@dataclass(frozen=True, slots=True)
class Begin:
    """Asked for a routine: None if it was not named, empty if it is not one we know."""

    routine: Slug | None = None
    minutes: int | None = None
    """How long it may take, if they said."""


@dataclass(frozen=True, slots=True)
class Chose:
    """Asked for an exercise: None if it is not one we know."""

    exercise: Slug | None


@dataclass(frozen=True, slots=True)
class Muddled:
    """Asked for an exercise by a word that may mean several."""

    muddle: Slug


@dataclass(frozen=True, slots=True)
class Described:
    """Asked what an exercise is; None for the one at hand."""

    exercise: Slug | None


@dataclass(frozen=True, slots=True)
class Yes:
    """Said yes, go, ready."""


@dataclass(frozen=True, slots=True)
class No:
    """Said no."""


@dataclass(frozen=True, slots=True)
class Next:
    """Asked to skip this exercise."""


@dataclass(frozen=True, slots=True)
class Previous:
    """Asked for the exercise before."""


@dataclass(frozen=True, slots=True)
class Again:
    """Asked to hear that again."""


@dataclass(frozen=True, slots=True)
class Paused:
    """Asked for a moment, or for so many ms."""

    ms: Ms | None = None


@dataclass(frozen=True, slots=True)
class Resumed:
    """Asked to go on."""


@dataclass(frozen=True, slots=True)
class StartedOver:
    """Asked to start from the beginning."""


@dataclass(frozen=True, slots=True)
class HowMany:
    """Asked how many are left."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Asked what there is."""


@dataclass(frozen=True, slots=True)
class Helped:
    """Asked for help."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """Asked to stop for today."""


@dataclass(frozen=True, slots=True)
class Hurts:
    """Said that it hurts. How much is never asked."""


@dataclass(frozen=True, slots=True)
class Easier:
    """Asked for the easier form."""


@dataclass(frozen=True, slots=True)
class Harder:
    """Asked for the harder form."""


@dataclass(frozen=True, slots=True)
class Paced:
    """Asked for a slower count, or a faster one: so many steps slower."""

    by: int


@dataclass(frozen=True, slots=True)
class Dosed:
    """Asked for more or less of something in the exercise at hand."""

    measure: Measure
    by: int = 0
    """More or less of it, if no amount was said, or besides: 1 or -1."""
    amount: int | None = None
    last: bool = False
    """The set at hand shall be the last."""


@dataclass(frozen=True, slots=True)
class Sided:
    """Asked for one side of the exercise at hand, the other one, or all of them."""

    side: str | None = None
    """None if it was not said which; empty for all of them."""
    other: bool = False


@dataclass(frozen=True, slots=True)
class Remembered:
    """Asked that what is left out be left out for good."""


@dataclass(frozen=True, slots=True)
class Everything:
    """Asked that nothing be left out any more."""


@dataclass(frozen=True, slots=True)
class Together:
    """Asked for some exercises, one after another; empty for one that we do not know."""

    exercises: tuple[Slug, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """Asked to keep the routine at hand under a name: None if none was said, empty if it is not one we can hear."""

    name: Slug | None


@dataclass(frozen=True, slots=True)
class Ran:
    """Asked for a routine of their own, by its name, as in `Kept`."""

    name: Slug | None


@dataclass(frozen=True, slots=True)
class Dropped:
    """Asked to delete a routine of their own, by its name, as in `Kept`."""

    name: Slug | None


@dataclass(frozen=True, slots=True)
class Remind:
    """Asked to be reminded, every day at a time by the clock: "20:30"; None if they did not say when."""

    at: str | None = None


@dataclass(frozen=True, slots=True)
class AsUsual:
    """Asked for the usual pace, the usual doses and the usual form."""


@dataclass(frozen=True, slots=True)
class Emergency:
    """Said something that may be an emergency."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """Said something of their health that has an answer of its own."""

    concern: Slug


@dataclass(frozen=True, slots=True)
class Breathless:
    """Said that they are out of breath."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Asked, or said, something that has a short answer, and then it goes on."""

    topic: Slug


@dataclass(frozen=True, slots=True)
class Unsure:
    """Said something of which it is not quite sure what it was."""

    wish: str
    """The intent it may have been."""
    name: str
    """What is said for it: "slower"."""
    slots: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotOffered:
    """Asked for something a platform knows and we do not do: shuffle, loop."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """Said something we did not understand."""


@dataclass(frozen=True, slots=True)
class StraightThrough:
    """Asked for the routine straight through, without a question between sets."""


@dataclass(frozen=True, slots=True)
class SetBySet:
    """Asked to be waited for after each set."""


@dataclass(frozen=True, slots=True)
class ForgetMe:
    """Asked that everything about them be forgotten."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The session is over; nothing can be said any more."""

    refused: bool = False
    """Whether it is because the speaker could not make anything of the last reply: its audio could not be had, say."""


Event = (
    Opened
    | Begin
    | Chose
    | Muddled
    | Described
    | Yes
    | No
    | Next
    | Previous
    | Again
    | Paused
    | Resumed
    | StartedOver
    | HowMany
    | Listed
    | Helped
    | Stopped
    | Hurts
    | Easier
    | Harder
    | Paced
    | Dosed
    | Sided
    | AsUsual
    | Together
    | Kept
    | Ran
    | Dropped
    | Remembered
    | Everything
    | Remind
    | Reminded
    | Allowed
    | Emergency
    | Concerned
    | Breathless
    | Asked
    | Unsure
    | NotOffered
    | Unheard
    | StraightThrough
    | SetBySet
    | ForgetMe
    | Reported
    | Closed
)
