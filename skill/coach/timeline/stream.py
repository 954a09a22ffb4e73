"""A stream: a block of a plan begun somewhere, and led in by a spoken count of three.

A **stream** is what a token names; a **track** is that stream laid out. Its timeline is the block's, wherever it is begun,
so that an offset always means the same; only what is before that place is left out, and the count stands there instead.
"""

from dataclasses import dataclass, replace

from skill.coach.exercise import Ms, Slug
from skill.coach.timeline.block import Block
from skill.coach.timeline.plan import Bookmark, Part, Plan
from skill.coach.timeline.score import Score

QUIET_MS: Ms = 400
"""A stream is begun so much before its first sound: a player need not be exact."""


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
    skipped: bool
    """Whether something was left out, so that its end does not count it."""
    beat: Ms
    """How long a count lasts, ms."""
    days: int
    """On how many days of the week they have practised, which its end says."""


@dataclass(frozen=True, slots=True)
class Track:
    """A stream laid out."""

    stream: Stream
    plan: Plan
    blocks: tuple[tuple[Slug, ...], ...]
    """The exercises of each block of the plan."""
    number: int
    """Which of them it plays, from 0."""
    block: Block
    at: Ms
    """The moment of the place where it is begun."""
    lead: Score
    """What is counted before that; nothing, if it is not counted in."""

    @property
    def begins(self) -> Ms:
        """Where in its timeline it is begun: a little before its count of three, or its first word."""
        return max(self.at - self.lead.lasts - QUIET_MS, 0)

    @property
    def lasts(self) -> Ms:
        """The offset at which it ends."""
        return self.block.score.lasts

    @property
    def score(self) -> Score:
        """What it plays: its block's timeline from where it is begun, with the count of three before."""
        before = self.lead.shift(self.at - self.lead.lasts).cues
        return Score((*before, *(cue for cue in self.block.score.cues if cue.at >= self.at)), self.lasts)

    def place(self, offset: Ms) -> Bookmark:
        """The place of a moment; up to its first word, where it is begun."""
        return self.plan.canonical(self.block.place(offset) if offset > self.at else self.stream.place)

    @property
    def following(self) -> Stream | None:
        """The stream that follows by itself; None after a plan's last block."""
        if self.number + 1 == len(self.blocks):
            return None
        start = self.plan.start_of(self.blocks[self.number + 1][0]).at(Part.TELLING)
        return replace(self.stream, block=self.stream.block + 1, place=start, counted=False)

    def explained(self, since: Ms, until: Ms) -> tuple[Slug, ...]:
        """The exercises whose telling, from its beginning, is heard out within those offsets."""
        ends = {
            stretch.place.exercise: stretch.ends
            for stretch in self.block.stretches
            if stretch.place.part is Part.TELLING and stretch.at >= self.at
        }
        return tuple(slug for slug, end in ends.items() if since < end <= until)
