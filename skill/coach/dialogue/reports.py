"""What nobody said: what a speaker tells of a stream, and what became of a reminder."""

from dataclasses import dataclass
from enum import StrEnum

from skill.coach.dialogue.run import Position


class Report(StrEnum):
    """What a speaker may tell of a stream."""

    STARTED = "started"
    NEARLY_FINISHED = "nearly finished"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Reported:
    """Nothing that a person did: their speaker tells of a stream. Late, twice, out of order, or of an old one."""

    what: Report
    position: Position


class Outcome(StrEnum):
    """What became of a reminder."""

    SET = "set"
    NOT_ALLOWED = "not allowed"
    """They have not given permission (yet)."""
    TOO_MANY = "too many"
    """There are as many already as the platform keeps."""
    NOT_HERE = "not here"
    """This speaker has no reminders."""
    FAILED = "failed"
    """Anything else. After a time-out it may yet be set, so it is not tried again."""


@dataclass(frozen=True, slots=True)
class Reminded:
    """Nothing that a person did: what became of the reminder that they said yes to."""

    at: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Allowed:
    """Answered their platform's own question whether we may set reminders."""

    at: str
    """The reminder that it was asked for; empty if nobody knows any more."""
    granted: bool
