"""Everything the state can ask for, once: the one enumeration of all content.

A place names a routine, and for one exercise of it another form; or an exercise on its own. So these are all the plans
there are. Whatever is said of a plan depends on at most one of two things: whether an exercise is told at length, and
whether anything was left out; the two `tellings` have each both ways. The days of practice are said by themselves.

What must hold for all content is asked of this: the phrases a bank needs, what fits its beats, what can be streamed.
"""

from collections.abc import Iterator

from skill.coach.dialogue.state import DAYS_KEPT as DAYS
from skill.coach.exercise import Catalogue, FormName, Ms, Order
from skill.coach.timeline import telling as tell
from skill.coach.timeline.block import Block, Telling
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark, Piece, Plan, start
from skill.coach.timeline.wishes import BEAT_MS, Measure, Wishes, range_of


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
    """Every exercise on its own, in every form, at every amount of one thing that may be wished."""
    for slug, exercise in edition.catalogue.exercises.items():
        for name in FormName:
            for measure in (Measure.REPS, Measure.SETS, Measure.HOLD):
                for amount in range_of(exercise.form(name), measure):
                    wishes = Wishes().changed(slug, measure, amount)
                    yield edition.plan(Bookmark("", slug, name), wishes)


def tellings(whole: Plan) -> Iterator[Telling]:
    """At length, and nothing left out; in a sentence, and something left out."""
    yield Telling(whole.exercises, skipped=False, days=1)
    yield Telling((), skipped=True, days=1)


def practised(catalogue: Catalogue) -> Iterator[str]:
    """What is said at an end of the days of a week: the one thing that depends on neither plan nor telling."""
    yield from (tell.practised(days, catalogue.words) for days in range(2, DAYS + 1))


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
