"""A stream, as a token names it: a block of a plan begun somewhere, and led in by a spoken count of three.

Laid out in time it is a `skill.coach.timeline.block.Track`.
"""

from dataclasses import dataclass

from skill.coach.exercise import Ms, Slug
from skill.coach.timeline.plan import Bookmark
from skill.coach.timeline.wishes import Wishes


@dataclass(frozen=True, slots=True)
class Stream:
    """A stretch of a plan that is played in one go: at most half an hour.

    It is what a token names, so that whoever serves it, or hears of it again, needs nothing else.
    """

    run: Ms
    """When it was asked for, ms since 1970; a later one is always newer. Streams that follow by themselves share it."""
    block: int
    """How many of this run were before it."""
    place: Bookmark
    """Where it is begun."""
    counted: bool
    """Whether a spoken count of three leads it in."""
    long: tuple[Slug, ...]
    """The exercises that are told at length."""
    left: tuple[Slug, ...]
    """What was left out, which its end does not count."""
    wishes: Wishes
    """How they wish it: what it is laid out from."""
    days: int
    """On how many days of the week they have practised, which its end says."""
    entire: bool = False
    """Whether it is all that they do this day, which its end says then."""
    whose: str = ""
    """The keyed hash of a person of their own; empty for the household. What a player tells later names nobody."""
