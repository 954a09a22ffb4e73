"""What is remembered, and the machines in it.

Two values, both frozen; `skill.kept.saved` writes and reads them with their version. A `Session` is one conversation and
ends with it: what was asked last. `Progress` outlives it: what there is to know of a person. Each fact is in one of the
two, once.

**The conversation** is a machine whose state is the question that was asked last (`skill.coach.dialogue.questions`), or that
nothing was asked, or that they spoke under a stream. What each event leads to in each of these is one literal,
`skill.coach.dialogue.table.TABLE`.

**A piece led in a reply** is `Progress.led` from the moment it is begun. Whether it was heard out, nobody tells: at the next
event the clock does, to the rep. The session that led it knows it by the moment it began, so that another speaker of
the same person neither settles it nor is settled by it. A session that broke off cannot say how much was heard: then its
piece counts as not led to its end.

**The stream** that counts is `Progress.run`, a machine of its own: `skill.coach.dialogue.run`.

**What they stopped for**, pain or anything else of their health, is `Progress.unwell` for a day: never what it was, only that
it was, and how often it hurt. While it `asks`, nothing is played: `skill.coach.dialogue.step` stands before every rule, and
only a choice in words, once they have been asked, lets them go on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, timedelta, tzinfo
from enum import StrEnum

from skill.coach.dialogue.days import Day, day_of
from skill.coach.dialogue.questions import Question
from skill.coach.dialogue.run import Run
from skill.coach.exercise import Ms, Slug
from skill.coach.timeline.plan import Bookmark
from skill.coach.timeline.wishes import USUAL, Wishes

WEEK, DAYS_KEPT = 7, 31
"""Of the days of practice, those that are spoken of, and those that are kept: a month, for whoever wants to see it."""

DAY_MS: Ms = 24 * 60 * 60 * 1000

LONG_TELLINGS = 2
"""An exercise is told at length this often, then in one sentence."""

TOO_EASY = 2
"""So many exercises in a row were too easy: of the next they are told that there is a harder one, too."""

UNHEARD_ENOUGH = 3
"""Not understood this often in a row: the place is kept, and that is all."""

HURTS_ENOUGH = 2
"""It hurt this often in a day: enough for today."""


TRIES = 2
"""So often in a row our own voice could not be played: then the speaker's own leads."""


class Mode(StrEnum):
    """The two ways to be led."""

    SETS = "sets"
    """A reply a set, and a question after each."""
    THROUGH = "through"
    """One stream, from the first rep to the last."""


@dataclass(frozen=True, slots=True)
class Session:
    """One conversation. It rides in the session attributes."""

    asked: Question | None = None
    """None where nothing was asked yet."""
    led: Ms | None = None
    """When the piece began that its last reply led: the `Led.began` by which it knows its own."""
    unheard: int = 0
    """Times in a row that we did not understand."""
    too_easy: int = 0
    """Exercises in a row that they have asked for harder."""
    cautioned: bool = False
    """Whether the notice or its short line has been said in this session."""
    warned: bool = False
    """Whether they know that progress may not be kept."""


@dataclass(frozen=True, slots=True)
class Led:
    """A piece being led in a reply: where it began in words and in time. Tells a rep from a moment."""

    place: Bookmark
    began: Ms
    """When its first sound was due, ms since 1970."""
    lasts: Ms


@dataclass(frozen=True, slots=True)
class Unwell:
    """That they stopped for their health, for a day. Never for what, how much, where or when before."""

    times: int
    """How often it hurt; none, if it was something else."""
    at: Ms
    """The last time they stopped for it, ms since 1970."""
    asks: bool = True
    """Whether nothing is played before they have made a choice."""


@dataclass(frozen=True, slots=True)
class Unplayed:
    """That our own voice could not be played where they are: the audio could not be had."""

    times: int
    """In a row."""
    at: Ms
    """The last time, ms since 1970."""
    told: bool = False
    """Whether they know that they are led in their speaker's own voice for it."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What outlives a session. No health but today's, no words of theirs: a place, and days."""

    met: bool = False
    """Whether the safety notice has been said."""
    tellings: Mapping[Slug, int] = field(default_factory=dict)
    """How often an exercise has been told at length."""
    place: Bookmark | None = None
    """Where they are in what they have begun."""
    later: Bookmark | None = None
    """The place in a routine that was left for an exercise on its own."""
    led: Led | None = None
    """The piece that was last led in a reply, until the next event tells whether it was heard out."""
    left: tuple[Slug, ...] = ()
    """What was left out of the routine at hand, in order."""
    unwell: Unwell | None = None
    """What they stopped for, for a day."""
    wishes: Wishes = USUAL
    """How fast, and how much."""
    mode: Mode | None = None
    """How they like to be led; None until they were asked."""
    run: Run | None = None
    """The stream that counts."""
    days: tuple[Day, ...] = ()
    """The days of practice of the last month, in order."""
    unplayed: Unplayed | None = None
    """That our own voice could not be played, until it can."""
    permission: Ms = 0
    """When they were last asked whether we may set reminders, ms since 1970."""
    at: Ms = 0
    """When this was last changed, ms since 1970."""

    def merged(self, other: "Progress") -> "Progress":
        """What both know together; of two places, the newer."""
        newer, older = (self, other) if self.at >= other.at else (other, self)
        return newer.knowing(older)

    def knowing(self, other: "Progress") -> "Progress":
        """The same, and what only another copy knows for good."""
        tellings = {
            slug: max(self.tellings.get(slug, 0), other.tellings.get(slug, 0))
            for slug in {**other.tellings, **self.tellings}
        }
        days: dict[date, Day] = {}
        for day in (*self.days, *other.days):
            days[day.on] = day.most(days.get(day.on, day))
        kept = tuple(days[on] for on in sorted(days)[-DAYS_KEPT:])
        return replace(self, met=self.met or other.met, tellings=tellings, days=kept)

    def overtaken(self, newest: "Progress") -> "Progress":
        """The same, where they have gone on elsewhere meanwhile, and nothing could be kept of that."""
        return replace(
            self.knowing(newest),
            place=newest.place,
            later=newest.later,
            led=newest.led,
            left=newest.left,
            unwell=newest.unwell or self.unwell,
            wishes=newest.wishes,
        )

    def untold(self, exercises: Iterable[Slug]) -> tuple[Slug, ...]:
        """Those of some exercises that are still told at length."""
        return tuple(slug for slug in exercises if self.tellings.get(slug, 0) < LONG_TELLINGS)

    def over(self) -> "Progress":
        """At the end of a plan: back to the routine that was left for it, if any."""
        return replace(self, place=self.later, later=None, left=self.left if self.later else ())

    def well_again(self, now: Ms) -> "Progress":
        """Without what they stopped for, once that is a day ago; a whole day is kept, so that "enough for today" is theirs."""
        over = self.unwell is not None and now - self.unwell.at >= DAY_MS
        return replace(self, unwell=None) if over else self

    def hurts(self, now: Ms) -> int:
        """How often it has hurt in the last day."""
        return self.unwell.times if self.unwell and now - self.unwell.at < DAY_MS else 0

    def asks_first(self, now: Ms) -> bool:
        """Whether they stopped for a reason in the last day, and have not chosen to go on since."""
        return self.unwell is not None and self.unwell.asks and now - self.unwell.at < DAY_MS

    def stopped(self, now: Ms, *, hurt: bool = False) -> "Progress":
        """They stop for their health; ``hurt`` is whether it was pain."""
        return replace(self, unwell=Unwell(self.hurts(now) + hurt, now))

    def chosen(self) -> "Progress":
        """They have chosen, in words, to go on."""
        return replace(self, unwell=self.unwell and replace(self.unwell, asks=False))

    def could_not_play(self, now: Ms, times: int = 1) -> "Progress":
        """Our own voice could not be played, so often more."""
        before = self.unplayed or Unplayed(0, now)
        return replace(self, unplayed=replace(before, times=before.times + times, at=now))

    def plays(self, now: Ms) -> bool:
        """Whether our own voice is worth a try: not for a day, once it could not be played twice in a row."""
        unplayed = self.unplayed
        return unplayed is None or unplayed.times < TRIES or now - unplayed.at >= DAY_MS

    def rests(self, today: date, zone: tzinfo = UTC) -> bool:
        """Whether this day was called enough."""
        unwell = self.unwell
        return unwell is not None and unwell.times >= HURTS_ENOUGH and day_of(unwell.at, zone) == today

    def practising(
        self, today: date, *, ms: Ms = 0, sets: int = 0, exercises: Iterable[Slug] = ()
    ) -> "Progress":
        """They practise: the day counts, and so much of it more; of ``exercises`` they ended a set."""
        day = next((day for day in self.days if day.on == today), Day(today))
        others = (day for day in self.practised(today, DAYS_KEPT) if day.on != today)
        done = tuple(dict.fromkeys((*day.exercises, *exercises)))
        day = replace(day, ms=day.ms + ms, sets=day.sets + sets, exercises=done)
        return replace(self, days=tuple(sorted((*others, day), key=lambda one: one.on)))

    def practised(self, today: date, days: int = WEEK) -> "tuple[Day, ...]":
        """The days of practice of the week, or so many days, that end today."""
        return tuple(day for day in self.days if timedelta() <= today - day.on < timedelta(days=days))

    def left_out(self, *exercises: Slug) -> "Progress":
        """Those were left out of the routine at hand as well."""
        return replace(self, left=tuple(dict.fromkeys((*self.left, *exercises))))


@dataclass(frozen=True, slots=True)
class State:
    """All that a turn starts from."""

    session: Session = field(default_factory=Session)
    progress: Progress = field(default_factory=Progress)
