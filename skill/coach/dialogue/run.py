"""The stream that counts for a person, and the machine that it is.

It is `Progress.run`, the newest that was started for them, on whatever speaker. It is in one phase, and moves on by what its speaker reports or by what they say:

    asked    we asked for it; nothing was heard of it yet
    playing  its speaker said that it began
    still    paused, stopped, or at its end

Where it failed and was asked for again, the same two are ``asked again`` and ``playing again``: a second attempt that fails
at once is the last. `PHASES` is the machine; `skill.coach.dialogue.streaming` says which reports are believed at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from skill.coach.exercise import Ms
from skill.coach.timeline.stream import Stream


class Activity(StrEnum):
    """What a player does."""

    PLAYING = "playing"
    WAITING = "waiting"
    """For a speaker to have listened or spoken; some call it so when it has been stopped."""
    STOPPED = "stopped"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Position:
    """Where a speaker's player is."""

    stream: Stream
    offset: Ms
    """In the score of the stream."""
    activity: Activity = Activity.PLAYING


class Phase(StrEnum):
    """What is known of the stream that counts; see the module."""

    ASKED = "asked"
    PLAYING = "playing"
    ASKED_AGAIN = "asked again"
    PLAYING_AGAIN = "playing again"
    STILL = "still"

    @property
    def plays(self) -> bool:
        """Whether it is, or will be, under way."""
        return self is not Phase.STILL

    @property
    def begun(self) -> bool:
        """Whether its speaker has said that it began."""
        return self in {Phase.PLAYING, Phase.PLAYING_AGAIN}

    @property
    def again(self) -> bool:
        """Whether it is the second attempt at one that failed."""
        return self in {Phase.ASKED_AGAIN, Phase.PLAYING_AGAIN}


class Sign(StrEnum):
    """What moves a stream from phase to phase."""

    BEGAN = "began"
    STOPPED = "stopped"
    """Or it ended, with nothing to follow."""
    FOLLOWS = "follows"
    """It ended, and the next block counts now."""
    RETRIED = "retried"
    """It failed, and was asked for again."""
    NEXT_RETRIED = "next retried"
    """The block that is to follow it failed, and was asked for again."""


PHASES: Mapping[Phase, Mapping[Sign, Phase]] = {
    Phase.ASKED: {
        Sign.BEGAN: Phase.PLAYING,
        Sign.STOPPED: Phase.STILL,
        Sign.FOLLOWS: Phase.ASKED,
        Sign.RETRIED: Phase.ASKED_AGAIN,
        Sign.NEXT_RETRIED: Phase.ASKED_AGAIN,
    },
    Phase.PLAYING: {
        Sign.BEGAN: Phase.PLAYING,
        Sign.STOPPED: Phase.STILL,
        Sign.FOLLOWS: Phase.ASKED,
        Sign.RETRIED: Phase.ASKED_AGAIN,
        Sign.NEXT_RETRIED: Phase.PLAYING_AGAIN,
    },
    Phase.ASKED_AGAIN: {
        Sign.BEGAN: Phase.PLAYING_AGAIN,
        Sign.STOPPED: Phase.STILL,
        Sign.FOLLOWS: Phase.ASKED,
        Sign.RETRIED: Phase.ASKED_AGAIN,
    },
    Phase.PLAYING_AGAIN: {
        Sign.BEGAN: Phase.PLAYING_AGAIN,
        Sign.STOPPED: Phase.STILL,
        Sign.FOLLOWS: Phase.ASKED,
        Sign.RETRIED: Phase.ASKED_AGAIN,
    },
    Phase.STILL: {Sign.BEGAN: Phase.PLAYING},
}
"""The machine of a stream. A sign that a phase has no line for is not obeyed."""


@dataclass(frozen=True, slots=True)
class Run:
    """The one stream that counts: the newest that was started for a person, on whatever speaker."""

    stream: Stream
    offset: Ms
    """Where it was last known to be."""
    at: Ms
    """When that was, ms since 1970."""
    phase: Phase = Phase.ASKED

    def after(self, sign: Sign) -> Phase | None:
        """The phase that follows a sign; None if it is not obeyed."""
        return PHASES[self.phase].get(sign)
