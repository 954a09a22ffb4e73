"""What the coach says between the sets: gathered by having it say so.

A stream never asks for these sentences; a terminal and a page do, where a turn is heard in our own voice. They are most of what
is said in a turn, not all: what names a rep in the middle of a set, a time of the day or a wish of somebody's own is spoken
when it is needed, where anything here can speak.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from skill.coach.contract import SHOWN
from skill.coach.dialogue import events as e
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import World
from skill.coach.dialogue.reply import Reply
from skill.coach.dialogue.state import Progress, Session, State
from skill.coach.dialogue.step import step
from skill.coach.exercise import Catalogue, FormName
from skill.coach.timeline.edition import Edition
from skill.coach.timeline.plan import Bookmark, start

REGIONS = ("", "US", "GB", "AU", "CA", "IN")
"""Of which the numbers to call are said; "" is anywhere else."""


@lru_cache(4)
def sentences(catalogue: Catalogue) -> tuple[str, ...]:
    """Every sentence of a turn, besides those of its sets. It takes seconds."""
    edition = Edition(catalogue, len)  # only the words matter here, not how long they take
    found: dict[str, None] = {}
    for name, line in catalogue.words.lines.items():
        if "{" not in line and name not in SHOWN:  # as it stands
            found |= dict.fromkeys(edition.spoken(line).texts())
    for state, event, world in _turns(catalogue, edition):
        reply = step(state, event, world).reply
        found |= dict.fromkeys(_said(reply, edition))
    return tuple(found)


def _said(reply: Reply, edition: Edition) -> Iterator[str]:
    for score in (reply.speech, edition.spoken(reply.reprompt)):
        yield from score.texts()


def _turns(catalogue: Catalogue, edition: Edition) -> Iterator[tuple[State, e.Event, World]]:
    """Whoever is met for the first time, and whoever is not; asked anything, and answering with anything."""
    world = World(edition, 0)
    told = dict.fromkeys(catalogue.exercises, 2)
    new, known = Progress(), Progress(met=True, tellings=told)
    anything = tuple(_events(catalogue))
    for event in anything:
        for progress in (new, known):
            yield State(Session(), progress), event, world
    for place, event in product(_beginnings(catalogue, edition), anything):
        yield State(Session(q.Ready(place)), known), event, world
    first = start(catalogue.default, catalogue)
    for asked, event in product(_questions(first), anything):
        yield State(Session(asked), known), event, world
    few: tuple[e.Event, ...] = (e.Yes(), e.No(), e.Described(None), e.Hurts(), e.Easier(), e.Harder())
    for slug, event in product(catalogue.exercises, few):
        for asked in _questions(edition.plan(Bookmark("", slug)).beginning):
            yield State(Session(asked), known), event, world
    ill: tuple[e.Event, ...] = (
        e.Emergency(),
        e.Breathless(),
        *map(e.Concerned, catalogue.words.concerns),
    )
    for region in REGIONS:
        there = World(edition, 0, f"{catalogue.language}-{region}")
        for event in ill:
            yield State(Session(q.Ready(first)), known), event, there


def _questions(place: Bookmark) -> tuple[q.Question, ...]:
    """Each that needs no more than a place."""
    kinds = (q.Begin, q.Through, q.Tell, q.GoOn, q.Welcome, q.StartOver, q.Menu, q.Back, q.Hurt, q.Forget)
    return tuple(kind(place) for kind in kinds)


def _beginnings(catalogue: Catalogue, edition: Edition) -> Iterator[Bookmark]:
    """Of every routine; and of each set and side of an exercise, in each of its forms."""
    yield from (start(routine, catalogue) for routine in catalogue.routines)
    for slug, form in product(catalogue.exercises, FormName):
        whole = edition.plan(Bookmark("", slug, form))
        yield from (piece.starts("") for piece in whole.pieces)


def _events(catalogue: Catalogue) -> Iterator[e.Event]:
    """Whatever they may say that takes no number, time or name of their own."""
    plain = (
        e.Opened, e.Yes, e.No, e.Next, e.Previous, e.Again, e.Resumed, e.StartedOver, e.HowMany, e.Listed, e.Helped, e.Stopped,
        e.Hurts, e.Easier, e.Harder, e.Remembered, e.Everything, e.AsUsual, e.Emergency, e.Breathless, e.NotOffered, e.Unheard,
        e.StraightThrough, e.SetBySet, e.ForgetMe,
    )  # fmt: skip
    yield from (kind() for kind in plain)
    yield from (e.Paused(), e.Begin(), e.Chose(None), e.Described(None), e.Paced(-1), e.Paced(1))
    for kind, slugs in (
        (e.Begin, catalogue.routines), (e.Chose, catalogue.exercises), (e.Described, catalogue.exercises),
        (e.Muddled, catalogue.muddles), (e.Concerned, catalogue.words.concerns), (e.Asked, catalogue.words.answers),
    ):  # fmt: skip
        yield from map(kind, slugs)
