"""A plan laid out whole, to be played in one go: blocks of at most half an hour, in which every moment has its place.

A **block** holds whole exercises. It is a row of **stretches**, each of one `Part` of one piece, so that a moment has
a place in words, and a place its moment:

    telling   the exercise, and how it is done
    settling  time to get there; after a change of position, its last ten seconds are announced
    opening   "Set one. Eight lifts." and three ticks
    work      the reps
    rest      "That's set one. Rest." and the quiet
    …
    close     after the last of all
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from skill.coach.exercise import Ms, Slug
from skill.coach.timeline import telling as tell
from skill.coach.timeline.arrange import rest
from skill.coach.timeline.plan import MOVE_MS, SAME_MS, Bookmark, Part, Piece, Plan, moves
from skill.coach.timeline.score import Cue, Say, Score, Section, Tone, sequence, silence
from skill.coach.timeline.stream import Stream

if TYPE_CHECKING:
    from skill.coach.timeline.edition import Edition

MINUTE_MS: Ms = 60_000

BLOCK_MS: Ms = 30 * MINUTE_MS
"""The longest block, where nothing asks for shorter ones."""

RUN_UP_MS: Ms = 5000
"""The quiet that a block begins with: room for a count of three before its first word."""

SETTLE_MS: Ms = 15_000
"""The least time to get into a new position, once it has been told."""

READY_MS: Ms = 10_000
"""So long before it begins they are told so."""

QUIET_MS: Ms = 400
"""A stream is begun so much before its first sound: a player need not be exact."""


def settling_ms(told_ms: Ms) -> Ms:
    """The quiet in which one gets into another position, after a telling of that length."""
    return max(SETTLE_MS, MOVE_MS - told_ms)


@dataclass(frozen=True, slots=True)
class Stretch:
    """One part of one piece, from ``at`` in its block."""

    place: Bookmark
    """Where it begins."""
    at: Ms
    score: Score

    @property
    def ends(self) -> Ms:
        """The first moment after it."""
        return self.at + self.score.lasts


@dataclass(frozen=True)
class Block:
    """Stretches, one after another without a gap, after a run-up of quiet."""

    stretches: tuple[Stretch, ...]

    @cached_property
    def score(self) -> Score:
        """All of it, put together when it is first asked for."""
        return sequence((silence(RUN_UP_MS), *(one.score for one in self.stretches)))

    def place(self, offset: Ms) -> Bookmark:
        """The place of a moment: its rep; in words, the sentence last begun."""
        index = max(bisect_right(self.stretches, offset, key=lambda stretch: stretch.at) - 1, 0)
        stretch, begun = self.stretches[index], self._begun(index, offset)
        if stretch.place.part is Part.WORK:
            section = next((what for what in reversed(begun) if isinstance(what, Section)), None)
            return replace(stretch.place, side=section.side, rep=section.rep) if section else stretch.place
        said = sum(isinstance(what, Say) for what in begun)
        if stretch.place.part is Part.SETTLING and not said:  # the quiet after a telling is its own
            stretch, said = self.stretches[index - 1], len(self._begun(index - 1, offset))
        return replace(stretch.place, sentence=max(said - 1, 0))

    def _begun(self, index: int, offset: Ms) -> list[Say | Tone | Section]:
        """What has begun of a stretch by a moment."""
        stretch = self.stretches[index]
        return [cue.what for cue in stretch.score.cues if stretch.at + cue.at <= offset]

    def find(self, place: Bookmark) -> Ms:
        """The moment of a place: where its rep or its sentence begins; the nearest, if it is not in here."""
        stretch = self._stretch(place)
        if stretch.place.part is Part.WORK:
            span = stretch.score.find(place.exercise, place.set, place.side, place.rep)
            return stretch.at + (span.start if span else 0)
        said = [cue.at for cue in stretch.score.cues if isinstance(cue.what, Say)]
        return stretch.at + (said[min(max(place.sentence, 0), len(said) - 1)] if said else 0)

    def _stretch(self, place: Bookmark) -> Stretch:
        ours = [stretch for stretch in self.stretches if stretch.place.exercise == place.exercise]
        of_piece = [stretch for stretch in ours if _may_hold(stretch.place, place)]
        instead = (Part.TELLING, Part.OPENING) if place.part is Part.REST else (Part.OPENING,)
        for part in (place.part, *instead):
            if found := [stretch for stretch in of_piece if stretch.place.part is part]:
                return found[-1]
        return (ours or self.stretches)[0]


def _may_hold(start: Bookmark, place: Bookmark) -> bool:
    """Whether ``place`` may be in what begins at ``start``: it is, in the last such of its part."""
    return start.set == place.set and start.side in {"", place.side} and start.rep <= place.rep


@dataclass(frozen=True, slots=True)
class Telling:
    """How a plan is told to one person."""

    long: tuple[Slug, ...]
    """The exercises that are told at length."""
    left: tuple[Slug, ...] = ()
    """What was left out, which the end does not count."""
    entire: bool = False
    """Whether it is all that was done this day: then its end says how much that was."""
    days: int = 1
    """On how many days of this week they have practised, today among them."""


def lasting(whole: Plan, long: tuple[Slug, ...], edition: "Edition") -> Ms:
    """How long a plan takes as it is led straight through, the exercises of ``long`` told at length, rests and all."""
    told = Telling(long)
    return sum(score.lasts for _, score in _Layout(whole, whole.exercises, told, 1, edition).stretches())


def sets(whole: Plan) -> int:
    """How many sets a plan has, all sides of one together."""
    return len({(piece.exercise, piece.set) for piece in whole.pieces})


def minutes(lasts: Ms) -> int:
    """A time in whole minutes, at least one."""
    return max(round(lasts / MINUTE_MS), 1)


def cut(whole: Plan, edition: "Edition") -> tuple[tuple[Slug, ...], ...]:
    """The exercises of each block: as many as fit, each told at length, whoever it is for."""
    everything = Telling(whole.exercises)
    found: list[tuple[Slug, ...]] = [()]
    total = RUN_UP_MS
    for slug in whole.exercises:  # each is as long, whatever others share its block
        more = lay_out(whole, (slug,), everything, edition).stretches[-1].ends - RUN_UP_MS
        if found[-1] and total + more > edition.longest:
            found.append((slug,))
            total = RUN_UP_MS + more
        else:
            found[-1] = (*found[-1], slug)
            total += more
    return tuple(found)


def lay_out(whole: Plan, ours: tuple[Slug, ...], told: Telling, edition: "Edition") -> Block:
    """A block of ``whole``: the exercises ``ours``, told as ``told`` says."""
    stretches: list[Stretch] = []
    at = RUN_UP_MS
    for place, score in _Layout(whole, ours, told, edition.minutes(whole, told.long), edition).stretches():
        stretches.append(Stretch(place, at, score))
        at += score.lasts
    return Block(tuple(stretches))


@dataclass(frozen=True, slots=True)
class _Layout:
    """A block being laid out."""

    whole: Plan
    ours: tuple[Slug, ...]
    told: Telling
    lasts: int
    """The minutes that the plan takes, which its introduction tells."""
    edition: "Edition"

    def stretches(self) -> Iterator[tuple[Bookmark, Score]]:
        before: Piece | None = None
        for piece, after in zip(self.whole.pieces, (*self.whole.pieces[1:], None), strict=True):
            if piece.exercise in self.ours:
                start, laid = piece.starts(self.whole.routine), self.edition.laid(piece)
                if before is None or before.exercise != piece.exercise:
                    far = before is None or moves(before, piece, self.edition.catalogue)
                    said = self._telling(piece, before)
                    yield start.at(Part.TELLING), said
                    yield start.at(Part.SETTLING), self._settling(said.lasts) if far else silence(SAME_MS)
                yield start.at(Part.OPENING), laid.opening
                yield start, laid.work
                if after is None:
                    end = replace(start, rep=piece.last, part=Part.CLOSE)
                    yield end, sequence((laid.closing, *map(self.edition.spoken, self._ending())))
                else:
                    rests = after.exercise == piece.exercise
                    quiet = self._rest(piece, after) if rests else Score()
                    yield after.starts(self.whole.routine).at(Part.REST), laid.closing.then(quiet)
            before = piece

    def _telling(self, piece: Piece, before: Piece | None) -> Score:
        """The exercise told, and how to get there; before the first of all, what the routine holds."""
        catalogue, long = self.edition.catalogue, piece.exercise in self.told.long
        return sequence(
            self.edition.spoken(text)
            for text in (
                *(() if before else tell.intro(self.whole, self.lasts, catalogue, brief=not self.told.long)),
                tell.heading(self.whole, piece, catalogue),
                tell.moving(before, piece, catalogue, long=long),
                *tell.telling(piece, catalogue, long=long),
            )
        )

    def _settling(self, told_ms: Ms) -> Score:
        """Time to get into another position; its last seconds are announced."""
        quiet = settling_ms(told_ms)
        ready = self.edition.catalogue.words.line("get_ready")
        call = Score((Cue(0, self.edition.measure(ready), Say(ready)),))
        return silence(quiet).over(call.shift(quiet - READY_MS))

    def _rest(self, piece: Piece, after: Piece) -> Score:
        return rest(piece, after, self.edition.catalogue.words, self.edition.measure)

    def _done(self) -> tuple[str, ...]:
        work = sum(self.edition.laid(piece).lasts for piece in self.whole.pieces)
        return tell.done(sets(self.whole), minutes(work), self.edition.catalogue.words)

    def _ending(self) -> tuple[str, ...]:
        told, catalogue = self.told, self.edition.catalogue
        done = self._done() if told.entire else ()
        return tell.ending(self.whole, catalogue, left=told.left, done=done, days=told.days)


class Done(NamedTuple):
    """How much was done."""

    ms: Ms
    """Led through sets."""
    sets: int
    """To their end."""
    exercises: tuple[Slug, ...]
    """Of these."""


@dataclass(frozen=True, slots=True)
class Track:
    """A stream laid out. Its timeline is the block's, wherever it is begun, so that an offset always means the same.

    Only what is before that place is left out, and the count stands there instead.
    """

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

    def done(self, since: Ms, until: Ms) -> "Done":
        """How much is done between those offsets."""
        since = max(since, self.at)
        spans = [
            (stretch, min(stretch.ends, until) - max(stretch.at, since))
            for stretch in self.block.stretches
            if stretch.place.part in {Part.OPENING, Part.WORK} and stretch.ends > since and stretch.at < until
        ]
        ended = [one.place for one, _ in spans if one.place.part is Part.WORK and one.ends <= until]
        sets = [place.exercise for place in ended if self.plan.ends_set(self.plan.piece(place))]
        return Done(sum(lasts for _, lasts in spans), len(sets), tuple(dict.fromkeys(sets)))

    def explained(self, since: Ms, until: Ms) -> tuple[Slug, ...]:
        """The exercises whose telling, from its beginning, is heard out within those offsets."""
        ends = {
            stretch.place.exercise: stretch.ends
            for stretch in self.block.stretches
            if stretch.place.part is Part.TELLING and stretch.at >= self.at
        }
        return tuple(slug for slug, end in ends.items() if since < end <= until)
