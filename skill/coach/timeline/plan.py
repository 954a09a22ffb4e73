"""A plan: a routine or a single exercise, cut into pieces of one reply each, and the bookmarks that mark a place in it.

A **piece** is what is done between two questions: a set, one side of a set, or a stretch of a long set, at most
`PIECE_MS` of work. A **bookmark** names a place in words (exercise, set, side, rep), never by a number of
pieces or milliseconds, so that it still finds its rep after a dose, a beat, a voice or the content has changed.

The content gives tempo in whole counts; a **beat** is how long a count lasts. It belongs to the plan, so that the same
content can be laid out at any pace and four counts are always counted "one, two, three, four".
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise

from skill.coach.exercise import Catalogue, Exercise, Form, FormName, Item, Ms, Order, Slug
from skill.coach.timeline.wishes import OWN, USUAL, Measure, Wishes
from skill.coach.words import Name

PIECE_MS: Ms = 200_000
"""The most work in one reply: 200 s, which leaves room for a rest or a telling below Alexa's 240 s of audio
(platform facts, sections 2 and 3)."""


NAMELESS = Name("")


class Part(StrEnum):
    """What a place is in: the reps, or the words around them. Only a stream knows of places in words."""

    WORK = "work"
    """The reps of a piece."""
    OPENING = "opening"
    """What is said and ticked before the first rep of a piece."""
    TELLING = "telling"
    """What is said before the first piece of an exercise: how it is done."""
    SETTLING = "settling"
    """The time after that, to get into position."""
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

    @property
    def rep_only(self) -> "Bookmark":
        """The rep that this place is at or before, whatever words it is in."""
        return self if self.part is Part.WORK else replace(self, part=Part.WORK, sentence=0)

    def at(self, part: Part) -> "Bookmark":
        """The words of that part, before the same rep."""
        return Bookmark(self.routine, self.exercise, self.form, self.set, self.side, self.rep, part)


@dataclass(frozen=True, slots=True)
class Piece:
    """One reply's worth of one exercise: reps ``first`` to ``last`` of a set of ``reps``."""

    exercise: Slug
    form: FormName
    set: int
    sets: int
    side: str
    """Where sides are finished one at a time, else empty."""
    first: int
    last: int
    reps: int
    turns: tuple[str, ...]
    """The sides that take turns within a rep; empty where there are none, or only one."""
    rest: Ms
    """Before the next piece of the same exercise, ms."""
    hold: int
    """How long it is held, in counts."""
    beat: Ms
    """How long a count lasts, ms."""
    only: str = ""
    """The only side it is done on, where it has several; empty for all of them."""

    def form_in(self, catalogue: Catalogue) -> Form:
        """The form it is done in: held as long as it is, on the sides that it is done on."""
        return changed(catalogue.exercises[self.exercise].form(self.form), self.hold, self.only)

    def joined(self, place: "Bookmark") -> int | None:
        """The rep that it is led in at, from a place in it; None if that is its first."""
        return place.rep if place.rep > self.first else None

    def starts(self, routine: Slug) -> Bookmark:
        """The place where it begins."""
        return Bookmark(routine, self.exercise, self.form, self.set, self.side, self.first)


@dataclass(frozen=True, slots=True)
class Plan:
    """Pieces in order, at least one."""

    routine: Slug
    """Empty for an exercise done on its own."""
    pieces: tuple[Piece, ...]
    name: Name = NAMELESS
    """As it is said: "your back routine"; empty for an exercise on its own."""
    exercises: tuple[Slug, ...] = field(init=False, repr=False, compare=False)
    """The exercises, in order, each once."""

    def __post_init__(self) -> None:
        """Looked for once: a plan is asked for it many times a turn."""
        object.__setattr__(self, "exercises", tuple(dict.fromkeys(piece.exercise for piece in self.pieces)))

    @property
    def beginning(self) -> Bookmark:
        """The place where it begins."""
        return self.pieces[0].starts(self.routine)

    def start_of(self, exercise: Slug) -> Bookmark:
        """The place where one of its exercises begins."""
        return self.first_of(exercise).starts(self.routine)

    def coming(self, exercise: Slug) -> tuple[Slug, ...]:
        """Those that come after one of its exercises, in order."""
        return self.exercises[self.exercises.index(exercise) + 1 :]

    def first_of(self, exercise: Slug) -> Piece:
        """The piece one of its exercises begins with."""
        return next(piece for piece in self.pieces if piece.exercise == exercise)

    def index(self, place: Bookmark) -> int:
        """Which piece a place is in; the nearest there is, if its own is gone."""

        def far(index: int) -> tuple[int, bool, bool]:
            piece = self.pieces[index]
            within = piece.first <= place.rep <= piece.last
            return abs(piece.set - place.set), piece.side not in {"", place.side}, not within

        ours = (i for i, piece in enumerate(self.pieces) if piece.exercise == place.exercise)
        return min(ours, key=far, default=0)

    def piece(self, place: Bookmark) -> Piece:
        """The piece a place is in."""
        return self.pieces[self.index(place)]

    def after(self, piece: Piece) -> Piece | None:
        """The piece that follows; None after the last."""
        following = self.pieces.index(piece) + 1
        return self.pieces[following] if following < len(self.pieces) else None

    def ends_set(self, piece: Piece) -> bool:
        """Whether a set is done with it, all sides of it."""
        following = self.after(piece)
        return following is None or (following.exercise, following.set) != (piece.exercise, piece.set)

    def begins_piece(self, place: Bookmark) -> bool:
        """Whether a place is the first rep of a piece."""
        return place == self.piece(place).starts(self.routine)

    def begins_exercise(self, place: Bookmark) -> bool:
        """Whether a place is at or before the first rep of an exercise."""
        return place.rep_only == self.start_of(self.piece(place).exercise)

    def canonical(self, place: Bookmark) -> Bookmark:
        """The place as the plan stands now: its rep, or the first that follows it here; of words, only where they are said.

        What they were past counts as done, so nothing is done twice for having been made less, or cut elsewhere.
        """
        ours = [piece for piece in self.pieces if piece.exercise == place.exercise]
        if not ours:
            return self.beginning.at(Part.TELLING)
        here = [piece for piece in ours if piece.set == place.set and piece.side in {"", place.side}]
        here = here or [piece for piece in ours if piece.set == place.set][:1]
        piece = next((piece for piece in here if place.rep <= piece.last), None)
        if piece is None:
            return self._after(place, here[-1] if here else None)
        there = Bookmark(
            self.routine,
            piece.exercise,
            piece.form,
            piece.set,
            place.side if place.side in piece.turns else piece.side,
            max(place.rep, piece.first),
            place.part,
            max(place.sentence, 0),
        )
        there = there if self._is_said(there, piece) else there.rep_only
        return place if place == there else there

    def moved(self, place: Bookmark, before: "Plan") -> Bookmark:
        """A place of the plan ``before`` this one: the same; or the start of what is left of it, or comes after it."""
        if place.exercise in self.exercises:
            start = self.start_of(place.exercise)
            return self.canonical(place) if start.form is place.form else start
        here = before.exercises.index(place.exercise) if place.exercise in before.exercises else -1
        after = next((slug for slug in before.exercises[here + 1 :] if slug in self.exercises), None)
        return self.start_of(after) if after else self.beginning

    def _after(self, place: Bookmark, last: Piece | None) -> Bookmark:
        """Where what follows a place begins that is no more; ``last`` is the last piece of its set that there is."""
        ours = [piece for piece in self.pieces if piece.exercise == place.exercise]
        if last is None:
            following = next((piece for piece in ours if piece.set > place.set), self.after(ours[-1]))
        else:
            following = self.after(last)
        if following is None:
            return replace(ours[-1].starts(self.routine), rep=ours[-1].last, part=Part.CLOSE)
        begins = following.starts(self.routine)
        return begins if following.exercise == place.exercise else begins.at(Part.TELLING)

    def _is_said(self, place: Bookmark, piece: Piece) -> bool:
        """Whether the words that a place is in are said there."""
        match place.part:
            case Part.WORK:
                return True
            case Part.TELLING | Part.SETTLING:
                return place.rep_only == self.start_of(piece.exercise)
            case Part.OPENING | Part.REST:
                return place.rep == piece.first
            case Part.CLOSE:
                return piece == self.pieces[-1] and place.rep == piece.last


def changed(form: Form, hold: int, side: str = "") -> Form:
    """The form, held for so many counts; and on that side only, if it has it."""
    if hold == form.tempo.hold and not side:
        return form
    moves = tuple(move for move in form.moves if move.side == side) or form.moves
    return replace(form, tempo=replace(form.tempo, hold=hold), moves=moves)


def rep_ms(form: Form, beat: Ms) -> Ms:
    """How long a rep lasts: every move of it, where the moves alternate."""
    return form.tempo.counts * (len(form.moves) if form.order is Order.ALTERNATE else 1) * beat


def pieces(item: Item, exercise: Exercise, wishes: Wishes = USUAL) -> tuple[Piece, ...]:
    """An item of a routine, cut to pieces, as one person wishes it."""
    form, change, beat = exercise.form(item.form), wishes.of(exercise.slug), wishes.beat
    wished = {measure: change.of(form, measure) for measure in Measure}
    hold, rest = wished[Measure.HOLD] or form.tempo.hold, wished[Measure.REST]
    sets = wished[Measure.SETS] or item.sets or form.dose.sets
    reps = wished[Measure.REPS] or item.reps or form.dose.reps
    rest = form.dose.rest if rest is None else rest * 1000
    form = changed(form, hold, change.side if form.order is not Order.PACED else "")
    only = change.side if len(form.moves) == 1 and form.moves[0].side == change.side else ""
    sides = tuple(move.side or "" for move in form.moves)
    each, turns = form.order is Order.EACH, sides if form.order is Order.ALTERNATE and not only else ()
    parts = -(-reps * rep_ms(form, beat) // PIECE_MS)
    ends = [reps * part // parts for part in range(parts + 1)]
    return tuple(
        Piece(
            exercise.slug, item.form, set_, sets, side, before + 1, last, reps, turns, rest, hold, beat, only
        )
        for set_ in range(1, sets + 1)
        for side in (sides if each else ("",))
        for before, last in pairwise(ends)
    )


Cut = Callable[[Item, Exercise, Wishes], tuple[Piece, ...]]
"""`pieces`, or what remembers them."""


def plan(place: Bookmark, catalogue: Catalogue, wishes: Wishes = USUAL, cut: Cut = pieces) -> Plan:
    """The plan a bookmark is a place in: its routine with the marked exercise in the marked form, as one person wishes it.

    A routine or an exercise that is gone, or of which nothing is left, gives way to the default routine. What somebody is
    spared is spared in every routine; an exercise on its own was asked for by name.
    """
    spared = wishes.spared
    if not place.routine and place.exercise in catalogue.exercises:
        form = FormName.EASIER if place.exercise in spared.easier else place.form
        return _of(Plan("", ()), (Item(place.exercise, form),), catalogue, wishes, cut)
    name, items = routine(place.routine, catalogue, wishes)
    marked = tuple(
        replace(item, form=place.form, sets=None, reps=None)
        if item.exercise == place.exercise
        and item.form is not place.form
        and item.exercise not in spared.easier
        else item
        for item in items
        if item.exercise in catalogue.exercises and item.exercise not in spared.out
    )
    if marked:
        return _of(Plan(place.routine, (), name), marked, catalogue, wishes, cut)
    if place.routine == catalogue.default:  # nothing of it is left: then it is as it is
        return _of(Plan(place.routine, (), name), items, catalogue, wishes, cut)
    return plan(Bookmark(catalogue.default, ""), catalogue, wishes, cut)


def _of(empty: Plan, items: tuple[Item, ...], catalogue: Catalogue, wishes: Wishes, cut: Cut) -> Plan:
    every = (piece for item in items for piece in cut(item, catalogue.exercises[item.exercise], wishes))
    return replace(empty, pieces=tuple(every))


def routine(slug: Slug, catalogue: Catalogue, wishes: Wishes) -> tuple[Name, tuple[Item, ...]]:
    """A routine's name and what it holds, the spared in their easier form; nothing, if there is none of that name."""
    own = wishes.made(slug.removeprefix(OWN)) if slug.startswith(OWN) else None
    found, line = catalogue.routines.get(own.base if own else slug), catalogue.words.line
    items = own.items if own else found.items if found else ()
    name = found.name if found else Name(line("own_name", name=own.name) if own and own.name else line("own"))
    easier = frozenset(wishes.spared.easier)
    return name, tuple(
        Item(item.exercise, FormName.EASIER)
        if item.exercise in easier and item.form is not FormName.EASIER
        else item
        for item in items
    )


def start(routine: Slug, catalogue: Catalogue, wishes: Wishes = USUAL) -> Bookmark:
    """Where a routine begins."""
    return plan(Bookmark(routine, ""), catalogue, wishes).beginning


# How long

FLOOR = frozenset({"back", "all_fours"})
"""The positions that one has to get up from."""

SAME_MS, MOVE_MS = 8_000, 25_000
"""Between two exercises in one position; a change of position (content facts, section 8)."""


def position(piece: Piece, catalogue: Catalogue) -> str:
    """The position that a piece is done in."""
    return catalogue.exercises[piece.exercise].form(piece.form).position


def moves(before: Piece, piece: Piece, catalogue: Catalogue) -> bool:
    """Whether it takes time to get from one to the other: on the floor, to it or from it. A chair is near."""
    here, there = position(before, catalogue), position(piece, catalogue)
    return here != there and bool(FLOOR & {here, there})
