"""The score: cues in time.

A **cue** says what happens at a moment and how long it lasts: words (`Say`), a sound (`Tone`), or what the time
belongs to (`Section`: this rep, this phase). Cues are data and never call anything, so that a score can be
spoken, streamed, shown, written down and tested, each a fold over the same tuple.

All times are whole milliseconds. Spans are half-open, ``[at, at + lasts)``: a moment at the end of one span is
in the next, so every moment of a set belongs to one rep. `Score.place` and `Score.find` are each other's
inverse, and are what makes pausing and resuming exact to the rep.

Laws, held by ``tests/coach/test_score.py``: ``then`` is associative, with silence of no length as its identity,
and lengths add; ``over`` is associative and commutative and loses no cue; the whole window is the score; and a
score cut in two and put together places every moment where it was.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from skill.coach.exercise import Ms, Slug


class Phase(StrEnum):
    """The part of a rep."""

    INTO = "in"
    HOLD = "hold"
    OUT = "out"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True, order=True)
class Say:
    """Words, spoken."""

    text: str


class Sound(StrEnum):
    """The sounds that are not words."""

    TICK = "tick"
    START = "start"
    HALFWAY = "halfway"
    END = "end"


@dataclass(frozen=True, slots=True, order=True)
class Tone:
    """A sound that is not words. A voice without sounds of its own is quiet for as long."""

    name: Sound


@dataclass(frozen=True, slots=True, order=True)
class Section:
    """What a span of time belongs to."""

    exercise: Slug
    set: int
    """From 1."""
    side: str
    """``right``, ``left`` or ``both``; empty where there are no sides."""
    rep: int
    """From 1: the lift, the round, the bend (of this side), the step."""
    phase: Phase


class Cue(NamedTuple):
    """Something at a moment. A tuple, since a routine is shifted about in thousands of them."""

    at: Ms
    """From the start of the score."""
    lasts: Ms
    what: Say | Tone | Section

    @property
    def ends(self) -> Ms:
        """The first moment after it."""
        return self.at + self.lasts


_made = tuple.__new__
"""Makes a cue of its fields a third faster than its own constructor."""

_RANK = {Section: 0, Tone: 1, Say: 2}


def _key(cue: Cue) -> tuple[Ms, int, Ms, Say | Tone | Section]:
    return cue.at, _RANK[type(cue.what)], cue.lasts, cue.what


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, ``[start, end)``."""

    start: Ms
    end: Ms


@dataclass(frozen=True, slots=True)
class Score:
    """Cues sorted in time, within ``lasts`` ms. ``Score()`` is nothing at all."""

    cues: tuple[Cue, ...] = ()
    lasts: Ms = 0

    def then(self, other: "Score") -> "Score":
        """This, and when it has ended the other."""
        return Score(self.cues + other.shift(self.lasts).cues, self.lasts + other.lasts)

    def over(self, other: "Score") -> "Score":
        """Both at once, from the same start."""
        return Score(tuple(sorted(self.cues + other.cues, key=_key)), max(self.lasts, other.lasts))

    def shift(self, by: Ms) -> "Score":
        """The same, after ``by`` ms of silence."""
        if by == 0:
            return self
        return Score(
            tuple([_made(Cue, (at + by, lasts, what)) for at, lasts, what in self.cues]), self.lasts + by
        )

    def window(self, start: Ms, end: Ms) -> "Score":
        """The stretch ``[start, end)``, from its own zero.

        Sections are cut at the edges. Words and sounds belong to the window they start in, whole.
        """
        start, end = max(start, 0), min(end, self.lasts)
        if end <= start:
            return Score()
        return Score(tuple(_cut(self.cues, start, end)), end - start)

    def place(self, offset: Ms) -> Section | None:
        """What the moment ``offset`` belongs to; None outside every section, as in a telling or a rest."""
        for cue in self.cues:
            if isinstance(cue.what, Section) and cue.at <= offset < cue.ends:
                return cue.what
        return None

    def find(self, exercise: Slug, set_: int, side: str, rep: int) -> Span | None:
        """The span of that rep of that set, all its phases; None if it is not in here.

        With an empty ``side``, the span of the whole rep, whatever sides it has.
        """
        wanted = (exercise, set_, rep)
        spans = [
            cue
            for cue in self.cues
            if isinstance(cue.what, Section)
            and (cue.what.exercise, cue.what.set, cue.what.rep) == wanted
            and side in {"", cue.what.side}
        ]
        return Span(spans[0].at, max(cue.ends for cue in spans)) if spans else None

    def sounds(self) -> Iterator[tuple[Cue, str]]:
        """What is heard, in order: each cue of words with its text, each tone with an empty one."""
        for cue in self.cues:
            what = cue.what
            if not isinstance(what, Section):
                yield cue, what.text if isinstance(what, Say) else ""

    def texts(self) -> Iterator[str]:
        """The words that are heard, in order."""
        return (cue.what.text for cue in self.cues if isinstance(cue.what, Say))


def _cut(cues: Iterable[Cue], start: Ms, end: Ms) -> Iterator[Cue]:
    for cue in cues:
        if isinstance(cue.what, Section):
            at, ends = max(cue.at, start), min(cue.ends, end)
            if at < ends:
                yield Cue(at - start, ends - at, cue.what)
        elif start <= cue.at < end:
            yield Cue(cue.at - start, cue.lasts, cue.what)


def silence(lasts: Ms) -> Score:
    """Nothing, for as long."""
    return Score((), lasts)


def sequence(scores: Iterable[Score]) -> Score:
    """One after another. Linear, where a chain of `then` would be quadratic."""
    cues: list[Cue] = []
    start = 0
    for score in scores:
        cues += score.shift(start).cues
        start += score.lasts
    return Score(tuple(cues), start)
