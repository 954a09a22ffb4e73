"""Everything the state can ask for, once: the one enumeration of all content.

A place names a routine, and for one exercise of it another form; or an exercise on its own. So these are all the plans
there are. Whatever else is said of a plan depends on one thing: whether an exercise is told at length: the two
`tellings` have it both ways. What is said of any routine alike, and at any end, is by itself: `any_routine`, `practised`.

What must hold for all content is asked of this: the phrases a bank needs, what fits its beats, what can be streamed.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise, product

from skill.coach.dialogue.state import WEEK
from skill.coach.exercise import Catalogue, FormName, Item, Ms, Order
from skill.coach.timeline import telling as tell
from skill.coach.timeline.block import Block, Telling
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import PIECE_MS, Bookmark, Piece, Plan, changed, rep_ms, start
from skill.coach.timeline.wishes import BEAT_MS, BEATS, OWN, Measure, Own, Wishes, made_of, range_of
from skill.coach.words import capital

ONE_SIDE = frozenset({"right", "left"})
"""The sides that may be done alone."""


def places(catalogue: Catalogue) -> Iterator[Bookmark]:
    """A place in every plan that can be asked for."""
    for slug, routine in catalogue.routines.items():
        yield start(slug, catalogue)
        for item in routine.items:
            yield from (Bookmark(slug, item.exercise, form) for form in FormName)
    for slug in catalogue.exercises:
        yield from (Bookmark("", slug, form) for form in FormName)


def plans(edition: Edition, beat: Ms = BEAT_MS) -> Iterator[Plan]:
    """Every plan that can be asked for, once, at a beat and in its usual dose."""
    yield from dict.fromkeys(edition.plan(place, Wishes(beat)) for place in places(edition.catalogue))


def pieces(edition: Edition, beat: Ms = BEAT_MS) -> Iterator[Piece]:
    """Every piece of every plan, once."""
    yield from dict.fromkeys(piece for whole in plans(edition, beat) for piece in whole.pieces)


def doses(edition: Edition) -> Iterator[Plan]:
    """Every exercise on its own, in every form: as many sets of as many reps as there may be, every hold, every side."""
    for slug, exercise in edition.catalogue.exercises.items():
        for name in FormName:
            form = exercise.form(name)
            amounts = (
                (form.dose.sets, form.dose.reps),
                *product(range_of(form, Measure.SETS), made_of(form)),
            )
            usual, *wished = (Wishes(own=(Own("", (Item(slug, name, *amount),)),)) for amount in amounts)
            wished += [usual.changed(slug, Measure.HOLD, counts) for counts in range_of(form, Measure.HOLD)]
            sides = (
                ONE_SIDE & {move.side for move in form.moves}
                if form.order is not Order.PACED
                else frozenset()
            )
            wished += [wishes.on_side(slug, side) for side in sorted(sides) for wishes in wished]
            for wishes in wished:
                yield edition.plan(Bookmark(OWN, slug, name), wishes)


def cuts(edition: Edition) -> Iterator[Piece]:
    """Every stretch that a long set may be cut into: at the slowest beat, held the longest, of as many reps as may be wished."""
    for slug, exercise in edition.catalogue.exercises.items():
        for name in FormName:
            form, whole = exercise.form(name), edition.plan(Bookmark("", slug, name))
            longest = changed(form, max(range_of(form, Measure.HOLD), default=form.tempo.hold))
            firsts = [piece for piece in whole.pieces if piece.set == 1 and piece.first == 1]
            for reps in made_of(form):
                most = -(-reps * rep_ms(longest, BEATS[-1]) // PIECE_MS)
                for parts in range(2, most + 1):
                    ends = [reps * part // parts for part in range(parts + 1)]
                    for piece, (before, last) in product(firsts, pairwise(ends)):
                        yield replace(piece, first=before + 1, last=last, reps=reps)


def tellings(whole: Plan) -> Iterator[Telling]:
    """At length, and in a sentence."""
    yield Telling(whole.exercises)
    yield Telling(())


def practised(catalogue: Catalogue) -> Iterator[str]:
    """What is said at an end of the days of a week: the one thing that depends on neither plan nor telling."""
    yield from (tell.practised(days, catalogue.words) for days in range(2, WEEK + 1))


def any_routine(catalogue: Catalogue) -> Iterator[str]:
    """What is said of a routine of anybody's own, or one of which something is spared: it may hold anything, in any order."""
    words = catalogue.words
    for name in (words.line("own"), *(words.line("own_name", name=name) for name in words.own_names)):
        yield words.line("routine", routine=capital(name))
    for count in range(1, len(catalogue.exercises) + 1):
        told = tell.exercises(count, words)
        yield from (words.line("holds", count=told), words.line("finished", count=told))
    for count in range(1, len(words.kit) + 1):
        for kit in combinations(words.kit.values(), count):
            yield words.line("have_ready", kit=words.listing(kit))
    for exercise in catalogue.exercises.values():
        for form in map(exercise.form, FormName):
            yield from (tell.announced(line, exercise, form, words) for line in ("first", "next_up"))
            yield from (words.line(f"{line}_{form.position}") for line in ("move", "rise"))
        yield tell.left_out([exercise.slug], catalogue)
    for count in range(2, len(catalogue.exercises) + 1):
        yield tell.left_out([*catalogue.exercises][:count], catalogue)
    yield from (words.line("rise_to_stand"), words.line("well_done"))
    yield from (line for sets in range(1, tell.MOST_SETS + 1) for line in tell.done(sets, sets, words))
    yield from (tell.done(1, lasts, words)[1] for lasts in range(1, tell.LONGEST + 1))


def by_the_beat(edition: Edition, beat: Ms) -> Iterator[Piece]:
    """The pieces of which more is said at a beat than how they are counted: how long they take, or which reps they are."""
    for piece in pieces(edition, beat):
        order = edition.catalogue.exercises[piece.exercise].form(piece.form).order
        if order is Order.PACED or piece.last - piece.first + 1 < piece.reps:
            yield piece


def blocks(edition: Edition) -> Iterator[Block]:
    """Every block of every plan, told both ways."""
    for whole in plans(edition):
        for number, _ in enumerate(edition.blocks(whole)):
            yield from (edition.block(whole, number, told) for told in tellings(whole))
