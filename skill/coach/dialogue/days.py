"""A day of practice, where they are, and a time in it."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from skill.coach.exercise import Ms, Slug

CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
"""A time by the clock, of 24 hours: "20:30"."""

LATEST_MS: Ms = 4_102_444_800_000
"""The year 2100: a moment after it is a mistake."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of practice, where they are."""

    on: date
    ms: Ms = 0
    """How long they were led through sets, ms."""
    sets: int = 0
    """How many sets they did to their end."""
    exercises: tuple[Slug, ...] = ()
    """Of which exercises, in the order they were first done."""

    def most(self, other: "Day") -> "Day":
        """What two copies know together."""
        done = dict.fromkeys((*self.exercises, *other.exercises))
        return Day(self.on, max(self.ms, other.ms), max(self.sets, other.sets), tuple(done))


def day_of(moment: Ms, zone: tzinfo = UTC) -> date:
    """The day of a moment, ms since 1970, where they are; a damaged one is no later than any calendar knows."""
    return datetime.fromtimestamp(min(max(moment, 0), LATEST_MS) / 1000, zone).date()


def ends_of(day: date, zone: tzinfo = UTC) -> Ms:
    """When a day ends where they are, ms since 1970."""
    return round(datetime.combine(day + timedelta(days=1), time(), zone).timestamp() * 1000)
