"""What one person wishes of a plan: how fast, and how much of an exercise. A plan is laid out from a routine and wishes.

The beat is for everything; a **change** is for one exercise, and says only what is other than the content's dose. All of
it is in words of the content (reps, sets, counts, seconds), so that a bookmark still finds its rep after any change.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from skill.coach.exercise import Form, Ms, Order, Slug

BEAT_MS: Ms = 1000
"""The usual beat: a count is a second (content facts, section 9)."""

BEATS: tuple[Ms, ...] = (800, 896, 1000, 1104, 1200, 1304, 1400, 1504)
"""Every beat offered, from fast to slow: steps of about a tenth, from 0.8 to 1.5 s. Each is a multiple of 8 ms, the finest
step of the audio, so that no count is ever off its beat."""


class Measure(StrEnum):
    """What of a dose can be changed."""

    REPS = "reps"
    SETS = "sets"
    HOLD = "hold"
    """In counts."""
    REST = "rest"
    """Between sets, in whole seconds."""


MOST = 200
"""More of anything is nobody's wish: a minute's march at twice the usual dose is 120 steps."""

STEPS = {Measure.REPS: 2, Measure.SETS: 1, Measure.HOLD: 2, Measure.REST: 15}
"""What "more" and "longer" add, where no number is said; ours to choose."""


@dataclass(frozen=True, slots=True)
class Change:
    """How one exercise is done otherwise; None is the content's."""

    exercise: Slug
    reps: int | None = None
    sets: int | None = None
    hold: int | None = None
    rest: int | None = None

    def __post_init__(self) -> None:
        """Raises ValueError: an amount that no exercise could have."""
        if not all(
            amount is None or 0 <= amount <= MOST for amount in (self.reps, self.sets, self.hold, self.rest)
        ):
            raise ValueError(self)

    def of(self, form: Form, measure: Measure) -> int | None:
        """How much of something, in that form; None if nothing was wished, or the form no longer goes so far."""
        amount: int | None = getattr(self, measure.value)
        return amount if amount in range_of(form, measure) else None


@dataclass(frozen=True, slots=True)
class Wishes:
    """One person's wishes; of a new person, none."""

    beat: Ms = BEAT_MS
    """How long a count lasts, ms: one of `BEATS`."""
    changes: tuple[Change, ...] = ()
    """At most one an exercise, in the order of their names: two who wish the same are told the same stream."""

    def __post_init__(self) -> None:
        """Raises ValueError: a beat that is not offered."""
        if self.beat not in BEATS:
            raise ValueError(self.beat)

    def of(self, exercise: Slug) -> Change:
        """The change of an exercise."""
        return next((one for one in self.changes if one.exercise == exercise), Change(exercise))

    def paced(self, by: int) -> "Wishes":
        """So many steps slower; faster, if it is negative. At the end of the steps it is the same."""
        return replace(self, beat=BEATS[min(max(BEATS.index(self.beat) + by, 0), len(BEATS) - 1)])

    def changed(self, exercise: Slug, measure: Measure, amount: int) -> "Wishes":
        """That much of it, in this exercise, from now on."""
        amounts: dict[str, Any] = {measure.value: amount}
        change = replace(self.of(exercise), **amounts)
        others = [one for one in self.changes if one.exercise != exercise]
        return replace(self, changes=tuple(sorted((*others, change), key=lambda one: one.exercise)))


USUAL = Wishes()
"""No wishes."""


def range_of(form: Form, measure: Measure) -> range:
    """How much of something a form may be done with, around the dose that its content has.

    From half of it to half as much again, and at least four more: the leaflets that the doses come from differ by as much
    (content facts, section 3); a hold up to twice as long, and ten counts more at most. What goes by the clock goes in tens
    of steps. A form without a hold has none to change, and one that is done one side after the other is one set.
    """
    dose, tempo = form.dose, form.tempo
    match measure:
        case Measure.REPS if form.order is Order.PACED:
            return range(dose.reps // 20 * 10, 2 * dose.reps + 1, 10)
        case Measure.REPS:
            return range(max(dose.reps // 2, min(dose.reps, 2)), max(dose.reps * 3 // 2, dose.reps + 4) + 1)
        case Measure.SETS:
            return range(1, 2) if form.order is Order.EACH else range(1, max(dose.sets, 2) + 2)
        case Measure.HOLD:
            most = min(2 * tempo.hold, tempo.hold + 10)
            return range(max(tempo.hold // 2, 2), most + 1) if tempo.hold else range(0)
        case Measure.REST:
            return range(91)
