"""A plan: a routine or a single exercise, cut into pieces of one reply each, and the bookmarks that mark it.

A **piece** is what is done between two questions: a set, one side of a set, or a stretch of a long set, at most
`PIECE_MS` of work. A **bookmark** names a place in words (exercise, set, side, rep), never by a number of
pieces or milliseconds, so that it still finds its rep after a dose, a voice or the content has changed.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from skill.coach.exercise import Catalogue, Exercise, Form, FormName, Item, Ms, Order, Slug, Tempo

PIECE_MS: Ms = 200_000
"""The most work in one reply: 200 s, which leaves room for a rest or a telling below Alexa's 240 s of audio
(platform facts, sections 2 and 3)."""


class Part(StrEnum):
    """What a place is in: the reps, or the words around them. Only a stream knows of places in words."""

    WORK = "work"
    """The reps of a piece."""
    OPENING = "opening"
    """What is said and ticked before the first rep of a piece."""
    TELLING = "telling"
    """What is said before the first piece of an exercise: how it is done, and time to get there."""
    REST = "rest"
    """What is said after the piece before this one, and the rest."""
    CLOSE = "close"
    """What is said after the last piece of all."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A place, in words."""

    routine: Slug
    """Empty for an exercise done on its own."""
    exercise: Slug
    form: FormName = FormName.USUAL
    set: int = 1
    side: str = ""
    """Where sides are finished one at a time; and where they alternate, if it is known to the side."""
    rep: int = 1
    part: Part = Part.WORK
    sentence: int = 0
    """Of the words of this part, from 0."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One reply's worth of one exercise: reps ``first`` to ``last`` of a set of ``reps``."""

    exercise: Slug
    form: FormName
    set: int
    sets: int
    side: str
    first: int
    last: int
    reps: int
    rest: Ms
    """Before the next piece of the same exercise, ms."""

    def starts(self, routine: Slug) -> Bookmark:
        """The place where it begins."""
        return Bookmark(routine, self.exercise, self.form, self.set, self.side, self.first)


@dataclass(frozen=True, slots=True)
class Plan:
    """Pieces in order."""

    routine: Slug
    pieces: tuple[Piece, ...]

    def index(self, mark: Bookmark) -> int:
        """Which piece a bookmark is in; the nearest there is, if its own is gone."""

        def far(index: int) -> tuple[int, bool, bool]:
            piece = self.pieces[index]
            within = piece.first <= mark.rep <= piece.last
            return abs(piece.set - mark.set), piece.side not in {"", mark.side}, not within

        ours = (i for i, piece in enumerate(self.pieces) if piece.exercise == mark.exercise)
        return min(ours, key=far, default=0)

    @property
    def exercises(self) -> tuple[Slug, ...]:
        """The exercises, in order, each once."""
        return tuple(dict.fromkeys(piece.exercise for piece in self.pieces))

    def first_of(self, exercise: Slug) -> Piece:
        """The piece an exercise begins with."""
        return next(piece for piece in self.pieces if piece.exercise == exercise)


def rep_ms(form: Form) -> Ms:
    """How long a rep lasts: every move of it, where the moves alternate."""
    return form.tempo.lasts * (len(form.moves) if form.order is Order.ALTERNATE else 1)


def pieces(item: Item, exercise: Exercise) -> tuple[Piece, ...]:
    """An item of a routine, cut to pieces."""
    form = exercise.form(item.form)
    sets, reps = item.sets or form.dose.sets, item.reps or form.dose.reps
    sides = tuple(move.side or "" for move in form.moves) if form.order is Order.EACH else ("",)
    parts = -(-reps * rep_ms(form) // PIECE_MS)
    ends = [reps * part // parts for part in range(parts + 1)]
    return tuple(
        Piece(exercise.slug, item.form, set_, sets, side, before + 1, last, reps, form.dose.rest)
        for set_ in range(1, sets + 1)
        for side in sides
        for before, last in pairwise(ends)
    )


def plan(mark: Bookmark, catalogue: Catalogue) -> Plan:
    """The plan a bookmark is a place in: its routine with the marked exercise in the marked form.

    A routine or an exercise that is gone from the content gives way to the default routine.
    """
    return _plan(mark.routine, mark.exercise, mark.form, catalogue)


@lru_cache(maxsize=1024)
def _plan(routine: Slug, exercise: Slug, form: FormName, catalogue: Catalogue) -> Plan:
    if routine in catalogue.routines:
        items = catalogue.routines[routine].items
    elif not routine and exercise in catalogue.exercises:
        items = (Item(exercise),)
    else:
        return plan(start(catalogue.default, catalogue), catalogue)
    changed = (
        Item(item.exercise, form) if item.exercise == exercise and item.form is not form else item
        for item in items
    )
    cut = (piece for item in changed for piece in pieces(item, catalogue.exercises[item.exercise]))
    return Plan(routine if routine in catalogue.routines else "", tuple(cut))


def canonical(mark: Bookmark, catalogue: Catalogue) -> Bookmark:
    """The bookmark as the content stands now: a place that is there, nearest to the one it names."""
    whole = plan(mark, catalogue)
    piece = whole.pieces[whole.index(mark)]
    if piece.exercise != mark.exercise:  # which is gone
        return replace(piece.starts(whole.routine), part=Part.TELLING)
    form = catalogue.exercises[piece.exercise].form(piece.form)
    alternating = form.order is Order.ALTERNATE and mark.side in {move.side for move in form.moves}
    place = Bookmark(
        whole.routine,
        piece.exercise,
        piece.form,
        piece.set,
        mark.side if alternating else piece.side,
        min(max(mark.rep, piece.first), piece.last),
        mark.part,
        max(mark.sentence, 0),
    )
    return mark if mark == place else place


def worked(mark: Bookmark) -> Bookmark:
    """The rep that a place is at or before, whatever words it is in."""
    return replace(mark, part=Part.WORK, sentence=0) if mark.part is not Part.WORK else mark


def begins_piece(mark: Bookmark, catalogue: Catalogue) -> bool:
    """Whether a place is the first rep of a piece."""
    whole = plan(mark, catalogue)
    return mark == whole.pieces[whole.index(mark)].starts(whole.routine)


def begins_exercise(mark: Bookmark, catalogue: Catalogue) -> bool:
    """Whether a place is at or before the first rep of an exercise."""
    return worked(mark) == plan(mark, catalogue).first_of(mark.exercise).starts(mark.routine)


def start(routine: Slug, catalogue: Catalogue) -> Bookmark:
    """The beginning of a routine."""
    item = catalogue.routines[routine].items[0]
    return pieces(item, catalogue.exercises[item.exercise])[0].starts(routine)


def start_of(exercise: Slug, mark: Bookmark, catalogue: Catalogue) -> Bookmark:
    """The beginning of an exercise in the routine of ``mark``, in that routine's form."""
    whole = Bookmark(mark.routine, "" if mark.routine else exercise)
    return plan(whole, catalogue).first_of(exercise).starts(mark.routine)


def beginning(mark: Bookmark, catalogue: Catalogue) -> Bookmark:
    """Where the plan of a bookmark begins."""
    return start_of(plan(mark, catalogue).exercises[0], mark, catalogue)


# How long

CUE_MS, SAME_MS, MOVE_MS, OPENING_MS, CLOSE_MS = 12_000, 8_000, 25_000, 20_000, 15_000
"""An exercise's cue; between two in one position; a change of position; the opening; the close (content facts,
section 8)."""


def work_ms(tempo: Tempo, piece: Piece, form: Form) -> Ms:
    """The work of one piece: its reps, without the last pause, in which the closing words are said."""
    return (piece.last - piece.first + 1) * rep_ms(form) - tempo.pause


def minutes(of: Plan, catalogue: Catalogue) -> int:
    """How long a plan takes someone who knows it, in whole minutes."""
    total, before = OPENING_MS + CLOSE_MS, None
    for piece, following in zip(of.pieces, (*of.pieces[1:], None), strict=True):
        exercise = catalogue.exercises[piece.exercise]
        form = exercise.form(piece.form)
        total += work_ms(form.tempo, piece, form)
        if following and following.exercise == piece.exercise:
            total += piece.rest
        if before is None or before.slug != piece.exercise:
            total += CUE_MS
            if before:
                total += SAME_MS if before.position == exercise.position else MOVE_MS
        before = exercise
    return max(1, round(total / 60_000))
