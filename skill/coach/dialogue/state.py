"""What is remembered: a session's worth, and for good.

An answer has no meaning without its question, so a `Session` keeps what was `Question`-ed last. `Progress` outlives
it. Both are frozen values; `skill.kept.saved` writes and reads them with their version.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from skill.coach.exercise import Ms, Slug
from skill.coach.timeline.plan import Bookmark


class Question(StrEnum):
    """What was asked last, and so what a yes or a no means."""

    BEGIN = "begin"
    """After the safety notice: shall we begin?"""
    THROUGH = "through"
    """Wait after each set, or straight through?"""
    READY = "ready"
    """Ready for the set at `Session.place`?"""
    TELL = "tell"
    """The next exercise is at `Session.place`: shall I tell you how?"""
    GO_ON = "go_on"
    """After something else: shall we go on from there?"""
    WELCOME = "welcome"
    """On coming back: go on from there?"""
    START_OVER = "start_over"
    """Not from there; from the beginning, then?"""
    MENU = "menu"
    """What would you like?"""
    WHICH = "which"
    """Which of the exercises that go by that word? (`Session.about`)"""
    DO_IT = "do_it"
    """Would you like to do the exercise just described? (`Session.about`)"""
    BACK = "back"
    """After an exercise on its own: back to the routine? (`Session.later`)"""
    HURT = "hurt"
    """It hurt: easier, skip, or finish?"""
    FORGET = "forget"
    """Shall everything about them be forgotten?"""


class Mode(StrEnum):
    """The two ways to be led."""

    SETS = "sets"
    """A reply a set, and a question after each."""
    THROUGH = "through"
    """One stream, from the first rep to the last."""


@dataclass(frozen=True, slots=True)
class Playing:
    """A piece being spoken: where it began in words and in time. Tells a rep from a moment."""

    mark: Bookmark
    began: Ms
    """When its first sound was due, ms since 1970."""
    lasts: Ms

    def marked(self, mark: Bookmark) -> "Playing":
        """The same, by another mark."""
        return self if mark == self.mark else replace(self, mark=mark)


@dataclass(frozen=True, slots=True)
class Session:
    """One conversation. It rides in the session attributes."""

    asked: Question | None = None
    place: Bookmark | None = None
    """What a "yes" will play."""
    playing: Playing | None = None
    """What the last reply played, until the next event tells whether it was heard out."""
    about: Slug = ""
    """The exercise or the muddle the question is about."""
    later: Bookmark | None = None
    """The place in a routine that was left for an exercise on its own."""
    begun: bool = False
    """Whether anything has been led in this session."""
    hurts: int = 0
    unheard: int = 0
    """Times in a row that we did not understand."""
    cautioned: bool = False
    """Whether the notice or its short line has been said in this session."""
    warned: bool = False
    """Whether they know that progress may not be kept."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A stretch of a plan that is played in one go: at most half an hour (see `skill.coach.timeline.stream`).

    It is what a token names, so that whoever serves it, or hears of it again, needs nothing else.
    """

    run: Ms
    """When it was asked for, ms since 1970; a later one is always newer. Streams that follow by themselves share it."""
    block: int
    """How many of this run were before it."""
    joined: Bookmark
    """Where it is joined."""
    counted: bool
    """Whether it is joined after a spoken count of three."""
    long: tuple[Slug, ...]
    """The exercises that are told at length."""
    skipped: bool = False
    """Whether something was left out, so that its end does not count it."""


class Activity(StrEnum):
    """What a player does."""

    PLAYING = "playing"
    WAITING = "waiting"
    """For a speaker to have listened or spoken; some call it so when it has been stopped."""
    STOPPED = "stopped"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Playhead:
    """Where a speaker's player is."""

    stream: Stream
    offset: Ms
    """In the score of the stream."""
    activity: Activity = Activity.PLAYING


@dataclass(frozen=True, slots=True)
class Streaming:
    """The one stream that counts: the newest that was started for a person, on whatever speaker."""

    stream: Stream
    offset: Ms
    """Where it was last known to be."""
    at: Ms
    """When that was, ms since 1970."""
    playing: bool = True
    begun: bool = False
    """Whether its speaker has said that it began."""
    retried: bool = False
    """Whether it is itself the second attempt at a stream that failed."""


DAYS_KEPT = 7
"""A week of days of practice."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What outlives a session. No health, no words of theirs: a place, and days."""

    met: bool = False
    """Whether the safety notice has been said."""
    told: Mapping[Slug, int] = field(default_factory=dict)
    """How often an exercise has been told at length."""
    place: Bookmark | None = None
    playing: Playing | None = None
    later: Bookmark | None = None
    """As `Session.later`."""
    rested: date | None = None
    """The day that was called enough."""
    skipped: bool = False
    """Whether anything of the routine at hand was left out."""
    hurts: int = 0
    """As `Session.hurts`; it counts for a day at most."""
    asks_first: bool = False
    """Whether they stopped for a reason, so that nothing is played before they have been asked."""
    mode: Mode | None = None
    """How they like to be led; None until they were asked."""
    streaming: Streaming | None = None
    days: tuple[date, ...] = ()
    """The last days of practice (UTC), a week of them at most."""
    at: Ms = 0
    """When this was last changed, ms since 1970."""

    def merged(self, other: "Progress") -> "Progress":
        """What both know together; of two places, the newer."""
        newer, older = (self, other) if self.at >= other.at else (other, self)
        told = {
            slug: max(self.told.get(slug, 0), other.told.get(slug, 0))
            for slug in {**older.told, **newer.told}
        }
        days = tuple(sorted({*self.days, *other.days})[-DAYS_KEPT:])
        return replace(newer, met=self.met or other.met, told=told, days=days)


@dataclass(frozen=True, slots=True)
class State:
    """All that a turn starts from."""

    session: Session = field(default_factory=Session)
    progress: Progress = field(default_factory=Progress)
