"""Asking for something: what there is, a routine, an exercise, what one is."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from skill.coach.dialogue import events as e
from skill.coach.dialogue import lines
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import Context, ask, ask_again
from skill.coach.dialogue.leading import notice, short_caution, tell_exercise
from skill.coach.dialogue.reply import Turn
from skill.coach.exercise import Slug
from skill.coach.timeline import telling as tell
from skill.coach.timeline.plan import Bookmark, start

Rule = Callable[[Context, Any], Turn]
"""From where a turn stands, and what happened, to the turn. The event is of the row the rule stands in."""


def at_a_place(rule: Callable[[Context, Bookmark], Turn]) -> Rule:
    """A rule that needs a place: without one, it is as if they had only opened us."""

    def placed(ctx: Context, event: e.Event) -> Turn:
        return rule(ctx, ctx.place) if ctx.place else open_up(ctx, event)

    placed.__name__, placed.__doc__ = rule.__name__, rule.__doc__
    return placed


def open_up(ctx: Context, _: object = None) -> Turn:
    """Back to the place that was kept, or the usual routine from its start."""
    place = ctx.place
    if place is None:
        return begin_usual(ctx)
    if ctx.progress.rests(ctx.world.now):
        return ask(ctx, q.Menu(place), ctx.line("rested"))
    if not ctx.progress.met:
        return notice(ctx, place)
    ctx, caution = short_caution(ctx)
    return ask(ctx, q.Welcome(place), ctx.line("welcome_back", place=ctx.where(place)), *caution)


def begin_usual(ctx: Context, _: object = None) -> Turn:
    """The usual routine, from its start."""
    return begin(ctx, e.Begin())


def begin(ctx: Context, event: e.Begin) -> Turn:
    """A routine, from its start."""
    slug = ctx.catalogue.default if event.routine is None else event.routine
    if slug not in ctx.catalogue.routines:
        return ask(
            ctx, q.Menu(ctx.place), ctx.line("which_routine", names=lines.some_routines(ctx.catalogue))
        )
    ctx = ctx.known(replace(ctx.progress, later=None, skipped=False))
    return tell_exercise(ctx, start(slug, ctx.catalogue))


def begin_or_go_on(ctx: Context, event: e.Begin) -> Turn:
    """A routine; one they are in the middle of is offered from there: nothing is lost by asking for it by name."""
    slug = ctx.catalogue.default if event.routine is None else event.routine
    return open_up(ctx) if ctx.place and ctx.place.routine == slug else begin(ctx, event)


def choose(ctx: Context, event: e.Chose | q.DoIt) -> Turn:
    """An exercise: within the routine if it is in it, else on its own, and the routine is kept for later."""
    slug, place = event.exercise, ctx.place
    if slug is None or slug not in ctx.catalogue.exercises:
        return ask(ctx, q.Menu(place), ctx.line("which_exercise", names=lines.some_exercises(ctx.catalogue)))
    in_routine = place if place and place.routine else None
    if in_routine and slug in ctx.plan(in_routine).exercises:
        ctx = ctx.known(replace(ctx.progress, skipped=True))
        return tell_exercise(ctx, start_of(ctx, slug, in_routine), ctx.line("all_right"))
    ctx = ctx.known(replace(ctx.progress, later=in_routine or ctx.progress.later))
    return tell_exercise(ctx, ctx.plan(Bookmark("", slug)).beginning)


def start_of(ctx: Context, exercise: Slug, place: Bookmark) -> Bookmark:
    """Where an exercise begins, in the form it has in the routine of ``place``."""
    unmarked = Bookmark(place.routine, "" if place.routine else exercise)
    return ctx.plan(unmarked).start_of(exercise)


def ask_which(ctx: Context, event: e.Muddled) -> Turn:
    """A word that may mean several exercises: which one?"""
    if event.muddle not in ctx.catalogue.muddles:
        return choose(ctx, e.Chose(None))
    return ask(ctx, q.Which(event.muddle, ctx.place))


def describe(ctx: Context, event: e.Described) -> Turn:
    """All about an exercise, then on with what was asked."""
    return _described(ctx, event, lambda said, _: ask_again(ctx, *said))


def describe_and_offer(ctx: Context, event: e.Described) -> Turn:
    """All about an exercise, which is then offered."""
    return _described(ctx, event, lambda said, slug: ask(ctx, q.DoIt(slug, ctx.place), *said))


def _described(ctx: Context, event: e.Described, then: Callable[[tuple[str, ...], Slug], Turn]) -> Turn:
    slug = event.exercise or (ctx.place.exercise if ctx.place else "")
    if slug not in ctx.catalogue.exercises:
        return choose(ctx, e.Chose(None))
    return then(tell.description(ctx.catalogue.exercises[slug], ctx.catalogue), slug)
