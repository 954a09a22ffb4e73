"""What one person wishes of a plan: how fast, how much of an exercise, what to leave out, and which routines they made.

A plan is laid out from a routine and wishes. The beat is for everything; a **change** is for one exercise, and says only what
is other than the content's dose. All of it is in words of the content (reps, sets, counts, seconds), so that a bookmark
still finds its rep after any change.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from skill.coach.exercise import Form, Item, Ms, Order, Slug

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
    side: str = ""
    """The only side it is done on; empty for all there are."""

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


OWN = "own:"
"""How a routine is named in a bookmark that somebody made: "own:evening"; what was not saved has no name after it."""

ROUTINES_KEPT = 12
"""As many routines of their own as anybody can remember the names of."""


@dataclass(frozen=True, slots=True)
class Own:
    """A routine that somebody made, or that was made to the minutes they asked for."""

    name: Slug
    """One of the names that Alexa can hear; empty where it was not saved."""
    items: tuple[Item, ...]
    """At least one; no exercise twice."""
    base: Slug = ""
    """The routine of the content that it was made from, if it was."""

    def __post_init__(self) -> None:
        """Raises ValueError: it has no exercises, or one of them twice."""
        if not self.items or len({item.exercise for item in self.items}) < len(self.items):
            raise ValueError(self)

    @property
    def slug(self) -> Slug:
        """How a bookmark names it."""
        return OWN + self.name


@dataclass(frozen=True, slots=True)
class Spared:
    """What somebody is spared for their health; never why."""

    out: tuple[Slug, ...] = ()
    """Exercises that are left out of every routine, in order."""
    easier: tuple[Slug, ...] = ()
    """Exercises that are done in their easier form, in order."""

    def and_also(self, out: Iterable[Slug], easier: Iterable[Slug]) -> "Spared":
        """The same, and more."""
        every = frozenset((*self.out, *out))
        gently = frozenset((*self.easier, *easier)) - every
        return Spared(tuple(sorted(every)), tuple(sorted(gently)))


ALL = Spared()
"""Nothing is spared."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """One person's wishes; of a new person, none."""

    beat: Ms = BEAT_MS
    """How long a count lasts, ms: one of `BEATS`."""
    changes: tuple[Change, ...] = ()
    """At most one an exercise, in the order of their names: two who wish the same are told the same stream."""
    spared: Spared = ALL
    """What is spared now."""
    remembered: Spared = ALL
    """What is spared for good."""
    until: Ms = 0
    """When what was not to be remembered ends, ms since 1970; 0 where there is nothing of that."""
    own: tuple[Own, ...] = ()
    """The newest first; no name twice."""

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
        return self._with(exercise, **{measure.value: amount})

    def on_side(self, exercise: Slug, side: str) -> "Wishes":
        """This exercise on that side only, from now on; on all of them, if it is empty."""
        return self._with(exercise, side=side)

    def _with(self, exercise: Slug, **changed: Any) -> "Wishes":
        change = replace(self.of(exercise), **changed)
        others = [one for one in self.changes if one.exercise != exercise]
        return replace(self, changes=tuple(sorted((*others, change), key=lambda one: one.exercise)))

    def made(self, name: Slug) -> Own | None:
        """Their routine of that name."""
        return next((one for one in self.own if one.name == name), None)

    @property
    def names(self) -> tuple[Slug, ...]:
        """What the routines are called that they kept, the newest first."""
        return tuple(own.name for own in self.own if own.name)

    def saving(self, own: Own) -> "Wishes":
        """With that routine, in place of one of that name."""
        others = [one for one in self.own if one.name != own.name]
        return replace(self, own=(own, *others)[:ROUTINES_KEPT])

    def deleting(self, name: Slug) -> "Wishes":
        """Without their routine of that name."""
        return replace(self, own=tuple(one for one in self.own if one.name != name))

    def as_usual(self) -> "Wishes":
        """At the usual pace, in the usual doses; what is spared, and routines of their own, stay."""
        return replace(self, beat=BEAT_MS, changes=())

    def about(self, routine: Slug) -> "Wishes":
        """What of it a plan of that routine is laid out from: the rest would only make a token longer."""
        own = tuple(one for one in self.own if one.slug == routine)
        return replace(self, own=own, remembered=ALL, until=0)

    def sparing(self, out: Iterable[Slug], easier: Iterable[Slug], until: Ms) -> "Wishes":
        """Those exercises left out, and those made easier, until then."""
        return replace(self, spared=self.spared.and_also(out, easier), until=until)

    def remembering(self) -> "Wishes":
        """What is spared now is spared for good."""
        return replace(self, remembered=self.spared, until=0)

    def sparing_nothing(self) -> "Wishes":
        """Nothing is left out or made easier any more."""
        return replace(self, spared=ALL, remembered=ALL, until=0)

    def at(self, now: Ms) -> "Wishes":
        """What is left of them at a moment: what was for a day ends with it."""
        return replace(self, spared=self.remembered, until=0) if 0 < self.until <= now else self


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


def made_of(form: Form) -> range:
    """How many reps a form may have in a routine made to minutes: down to half of what may be wished of one exercise alone."""
    wished = range_of(form, Measure.REPS)
    half = -(-wished[0] // 2 // wished.step) * wished.step
    return range(min(wished[0], max(half, 2)), wished.stop, wished.step)
