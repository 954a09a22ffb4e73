"""What was asked last. An answer has no meaning without its question, so a question carries what it is about.

Each names the place that is gone on from when it has been answered, or by "next" or "repeat" instead of an answer. Where a
question is about something else, such as which exercise was meant, that place may be none.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from skill.coach.dialogue.days import CLOCK
from skill.coach.exercise import Slug
from skill.coach.timeline.plan import Bookmark


@dataclass(frozen=True, slots=True)
class Begin:
    """After the safety notice: shall we begin?"""

    place: Bookmark


@dataclass(frozen=True, slots=True)
class Through:
    """Wait after each set, or straight through?"""

    place: Bookmark


@dataclass(frozen=True, slots=True)
class Ready:
    """Ready for the set there?"""

    place: Bookmark


@dataclass(frozen=True, slots=True)
class Tell:
    """The next exercise is there: shall I tell you how?"""

    place: Bookmark


@dataclass(frozen=True, slots=True)
class GoOn:
    """After something else: shall we go on from there?"""

    place: Bookmark


@dataclass(frozen=True, slots=True)
class Welcome:
    """On coming back: go on from there?"""

    place: Bookmark


@dataclass(frozen=True, slots=True)
class StartOver:
    """Not from there; from the beginning, then?"""

    place: Bookmark


@dataclass(frozen=True, slots=True)
class Menu:
    """What would you like?"""

    place: Bookmark | None = None


@dataclass(frozen=True, slots=True)
class Which:
    """Which of the exercises that go by that word?"""

    muddle: Slug
    place: Bookmark | None = None


@dataclass(frozen=True, slots=True)
class DoIt:
    """Would you like to do the exercise just described?"""

    exercise: Slug
    place: Bookmark | None = None


@dataclass(frozen=True, slots=True)
class Back:
    """After an exercise on its own: back to the routine, there?"""

    place: Bookmark


@dataclass(frozen=True, slots=True)
class Hurt:
    """It hurt: easier, skip, or finish?"""

    place: Bookmark | None = None


@dataclass(frozen=True, slots=True)
class Meant:
    """Not quite understood: did you mean that? Whoever heard it takes a yes for the wish itself."""

    wish: str
    """The intent it may have been."""
    name: str
    """What is said for it: "slower"."""
    slots: Mapping[str, str]
    before: Slug | None = None
    """The kind of question that is still open."""
    place: Bookmark | None = None

    @property
    def open(self) -> "Question | None":
        """The question that is still open; of one about more than a place, whether to go on."""
        kinds: dict[Slug | None, Any] = {name_of(kind): kind for kind in QUESTIONS if kind not in SUBJECTS}
        if self.before is None:
            return None
        if self.place is None:
            return Hurt() if self.before == name_of(Hurt) else Menu()
        found: Question = kinds.get(self.before, GoOn)(self.place)
        return found


@dataclass(frozen=True, slots=True)
class Forget:
    """Shall everything about them be forgotten?"""

    place: Bookmark | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """Shall that routine of their own be deleted?"""

    name: Slug
    place: Bookmark | None = None


@dataclass(frozen=True, slots=True)
class Remind:
    """Shall they be reminded, every day at that time by the clock?"""

    at: str
    place: Bookmark | None = None

    def __post_init__(self) -> None:
        """Raises ValueError: that is no time."""
        if not CLOCK.fullmatch(self.at):
            raise ValueError(self.at)


Question = (
    Begin
    | Through
    | Ready
    | Tell
    | GoOn
    | Welcome
    | StartOver
    | Menu
    | Which
    | DoIt
    | Back
    | Hurt
    | Meant
    | Forget
    | Delete
    | Remind
)

QUESTIONS: tuple[type[Question], ...] = get_args(Question)
"""Every kind of question."""

SUBJECTS: frozenset[type[Question]] = frozenset({Which, DoIt, Meant, Delete, Remind})
"""Those that are about more than a place."""


def name_of(kind: type[Question]) -> str:
    """A kind of question as lines, logs and saved values call it: ``GoOn`` → "go_on"."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
