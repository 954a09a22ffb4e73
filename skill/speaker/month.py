"""What somebody did in the last month, as a plot: a bar a day, as high as they were led through sets. Never a streak.

Days without are days without: nothing is counted in a row, and nothing is missed.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from skill.coach.dialogue.days import Day
from skill.coach.dialogue.state import DAYS_KEPT
from skill.coach.exercise import Catalogue
from skill.coach.timeline.block import minutes

LEAST_TOP = 10
"""Minutes that the plot is high at least: one short day does not fill it."""


class Bar(NamedTuple):
    """A day of the plot."""

    on: date
    minutes: int
    """Led through sets; at least one, if they practised at all."""
    height: float
    """Of the plot, in hundredths."""
    told: str
    """For whoever hears the page, and under the pointer."""


@dataclass(frozen=True, slots=True)
class Month:
    """The month that ends today."""

    bars: tuple[Bar, ...]
    """Every day of it, in order."""
    days: int
    """On how many they practised."""
    minutes: int
    sets: int
    exercises: tuple[tuple[str, int], ...]
    """By name, and on how many days; the most often first."""
    top: int
    """Minutes that the plot is high."""


def month(days: Sequence[Day], today: date, catalogue: Catalogue) -> Month:
    """The month that ends today, of the days that are kept."""
    by_day = {day.on: day for day in days}
    all_days = [today - timedelta(days=ago) for ago in reversed(range(DAYS_KEPT))]
    kept = [by_day[on] for on in all_days if on in by_day]
    top = max([LEAST_TOP, *(-(-minutes(day.ms) // 5) * 5 for day in kept)])
    done = Counter(slug for day in kept for slug in day.exercises if slug in catalogue.exercises)
    return Month(
        bars=tuple(_bar(on, by_day.get(on), top) for on in all_days),
        days=len(kept),
        minutes=sum(minutes(day.ms) for day in kept),
        sets=sum(day.sets for day in kept),
        exercises=tuple((str(catalogue.exercises[slug].name), times) for slug, times in done.most_common()),
        top=top,
    )


def _bar(on: date, day: Day | None, top: int) -> Bar:
    moved = minutes(day.ms) if day else 0
    told = f"{moved} min, {day.sets} sets" if day else "no practice"
    return Bar(on, moved, round(100 * moved / top, 1), f"{on.day} {on:%B}: {told}")
