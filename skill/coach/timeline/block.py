"""A plan laid out whole, to be played in one go: blocks of at most half an hour, in which every moment has its place.

A **block** holds whole exercises. It is a row of **stretches**, each of one `Part` of one piece, so that a moment has
a place in words, and a place its moment:

    telling   the exercise, how it is done, time to get there
    opening   "Set one. Eight lifts." and three ticks
    work      the reps
    rest      "That's set one. Rest." and the quiet
    …
    close     after the last of all
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from skill.coach.dialogue import tell
from skill.coach.exercise import Catalogue, Ms, Slug
from skill.coach.timeline.arrange import Measure, laid, rest, spoken
from skill.coach.timeline.plan import MOVE_MS, SAME_MS, Bookmark, Part, Piece, Plan
from skill.coach.timeline.score import Cue, Say, Score, Section, joined, silence

BLOCK_MS: Ms = 30 * 60_000
"""The longest block."""

RUN_UP_MS: Ms = 5000
"""The quiet that a block begins with: room for a count of three before its first word."""

SETTLE_MS: Ms = 15_000
"""The least time to get into a new position, once it has been told."""

READY_MS: Ms = 10_000
"""So long before it begins they are told so."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """One part of one piece, from ``at`` in its block."""

    mark: Bookmark
    """Where it begins."""
    at: Ms
    score: Score


@dataclass(frozen=True, slots=True)
class Block:
    """Stretches, one after another without a gap; ``score`` is all of it."""

    stretches: tuple[Stretch, ...]
    score: Score

    def mark(self, offset: Ms) -> Bookmark:
        """The place of a moment: its rep; in words, the sentence last begun."""
        index = bisect_right(self.stretches, offset, key=lambda stretch: stretch.at)
        stretch = self.stretches[max(index - 1, 0)]
        begun = [cue.what for cue in stretch.score.cues if stretch.at + cue.at <= offset]
        if stretch.mark.part is Part.WORK:
            section = next((what for what in reversed(begun) if isinstance(what, Section)), None)
            return replace(stretch.mark, side=section.side, rep=section.rep) if section else stretch.mark
        return replace(stretch.mark, sentence=max(sum(isinstance(what, Say) for what in begun) - 1, 0))

    def find(self, mark: Bookmark) -> Ms:
        """The moment of a place: where its rep or its sentence begins; the nearest, if it is not in here."""
        stretch = self._stretch(mark)
        if stretch.mark.part is Part.WORK:
            span = stretch.score.find(mark.exercise, mark.set, mark.side, mark.rep)
            return stretch.at + (span.start if span else 0)
        said = [cue.at for cue in stretch.score.cues if isinstance(cue.what, Say)]
        return stretch.at + (said[min(max(mark.sentence, 0), len(said) - 1)] if said else 0)

    def _stretch(self, mark: Bookmark) -> Stretch:
        ours = [stretch for stretch in self.stretches if stretch.mark.exercise == mark.exercise]
        of_piece = [stretch for stretch in ours if _before(stretch.mark, mark)]
        instead = (Part.TELLING, Part.OPENING) if mark.part is Part.REST else (Part.OPENING,)
        for part in (mark.part, *instead):
            if found := [stretch for stretch in of_piece if stretch.mark.part is part]:
                return found[-1]
        return (ours or self.stretches)[0]


def _before(start: Bookmark, mark: Bookmark) -> bool:
    """Whether ``mark`` may be in what begins at ``start``: it is, in the last such of its part."""
    return start.set == mark.set and start.side in {"", mark.side} and start.rep <= mark.rep


@dataclass(frozen=True, slots=True)
class Telling:
    """How a plan is told to one person."""

    long: tuple[Slug, ...]
    """The exercises that are told at length."""
    skipped: bool
    """Whether something was left out, so that the end does not count it all."""


def blocks(whole: Plan, catalogue: Catalogue, measure: Measure) -> tuple[tuple[Slug, ...], ...]:
    """The exercises of each block: as many as fit, each told at length, whoever it is for."""
    return _cut(whole, catalogue, measure)


def block(whole: Plan, number: int, told: Telling, catalogue: Catalogue, measure: Measure) -> Block:
    """The block of that number, from 0."""
    return _laid(_Layout(whole, _cut(whole, catalogue, measure)[number], told, catalogue, measure))


@lru_cache(maxsize=256)
def _cut(whole: Plan, catalogue: Catalogue, measure: Measure) -> tuple[tuple[Slug, ...], ...]:
    told = Telling(whole.exercises, skipped=False)
    found: list[tuple[Slug, ...]] = [()]
    for slug in whole.exercises:
        more = (*found[-1], slug)
        if found[-1] and _Layout(whole, more, told, catalogue, measure).block().score.lasts > BLOCK_MS:
            found.append((slug,))
        else:
            found[-1] = more
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Layout:
    """A block being laid out."""

    whole: Plan
    ours: tuple[Slug, ...]
    told: Telling
    catalogue: Catalogue
    measure: Measure

    def block(self) -> Block:
        stretches, at = [], RUN_UP_MS
        for mark, score in self._stretches():
            stretches.append(Stretch(mark, at, score))
            at += score.lasts
        return Block(tuple(stretches), joined((silence(RUN_UP_MS), *(one.score for one in stretches))))

    def _stretches(self) -> Iterator[tuple[Bookmark, Score]]:
        before: Piece | None = None
        for piece, after in zip(self.whole.pieces, (*self.whole.pieces[1:], None), strict=True):
            if piece.exercise in self.ours:
                start, parts = piece.starts(self.whole.routine), laid(piece, self.catalogue, self.measure)
                if before is None or before.exercise != piece.exercise:
                    yield replace(start, part=Part.TELLING), self._telling(piece, before)
                yield replace(start, part=Part.OPENING), parts.opening
                yield start, parts.work
                if after is None:
                    end = replace(start, rep=piece.last, part=Part.CLOSE)
                    yield end, parts.closing.then(spoken(self._close(), self.measure))
                else:
                    rests = after.exercise == piece.exercise
                    quiet = rest(piece, after, self.catalogue.words, self.measure) if rests else Score()
                    yield replace(after.starts(self.whole.routine), part=Part.REST), parts.closing.then(quiet)
            before = piece

    def _telling(self, piece: Piece, before: Piece | None) -> Score:
        """The exercise told, and time to get there; the last seconds of a change of position are announced."""
        mark, exercises, words = (
            piece.starts(self.whole.routine),
            self.catalogue.exercises,
            self.catalogue.words,
        )
        position, long = exercises[piece.exercise].position, piece.exercise in self.told.long
        moves = before is None or exercises[before.exercise].position != position
        said = joined(
            spoken(text, self.measure)
            for text in (
                *(tell.intro(mark, self.catalogue) if before is None else ()),
                tell.heading(mark, self.catalogue),
                words.line(f"move_{position}") if moves and not long else "",  # else its first step says so
                *tell.telling(mark, self.catalogue, long=long),
            )
        )
        if not moves:
            return said.then(silence(SAME_MS))
        ready, quiet = words.line("get_ready"), silence(max(SETTLE_MS, MOVE_MS - said.lasts))
        call = Score((Cue(0, self.measure(ready), Say(ready)),))
        return said.then(quiet.over(call.shift(quiet.lasts - READY_MS)))

    def _close(self) -> str:
        words, whole = self.catalogue.words, self.whole
        count, minutes = tell.exercises(len(whole.exercises), words), tell.time_of(whole, self.catalogue)
        counted = whole.routine and not self.told.skipped
        done = words.line("finished", count=count, minutes=minutes) if counted else words.line("well_done")
        return f"{done} {words.line('rise')} {words.line('goodbye')}"


@lru_cache(maxsize=256)
def _laid(layout: _Layout) -> Block:
    return layout.block()
