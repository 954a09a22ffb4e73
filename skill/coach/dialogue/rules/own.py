"""Routines of their own: some exercises one after another, kept under a name, done again, deleted."""

from dataclasses import replace

from skill.coach.dialogue import events as e
from skill.coach.dialogue import lines
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import Context, ask, ask_again, back
from skill.coach.dialogue.leading import begin_routine
from skill.coach.dialogue.reply import Turn
from skill.coach.exercise import Item, Slug
from skill.coach.timeline.plan import Bookmark
from skill.coach.timeline.wishes import OWN, Own

SEVERAL = 2
"""Fewer exercises are no routine."""


def together(ctx: Context, event: e.Together) -> Turn:
    """Those exercises, one after another."""
    known = tuple(dict.fromkeys(slug for slug in event.exercises if slug in ctx.catalogue.exercises))
    if len(known) < SEVERAL or len(known) < len(event.exercises):
        return ask_again(ctx, ctx.line("which_exercise", names=lines.some_exercises(ctx.catalogue)))
    own = Own("", tuple(map(Item, known)))
    return begin_routine(ctx.wishing(ctx.progress.wishes.saving(own)), own.slug)


def keep(ctx: Context, event: e.Kept) -> Turn:
    """The routine at hand, or the one last made, under a name that can be heard."""
    wishes, place = ctx.progress.wishes, ctx.place
    routine = place.routine if place and place.routine else OWN
    items = wishes.made("")
    if routine in ctx.catalogue.routines:
        items = Own("", ctx.catalogue.routines[routine].items)
    elif own := wishes.made(routine.removeprefix(OWN)):
        items = own
    if items is None:
        return ask_again(ctx, ctx.line("nothing_to_keep"))
    if event.name not in ctx.words.own_names:
        names = ctx.words.listing(ctx.words.own_names[: lines.LISTED])
        return ask_again(ctx, ctx.line("which_name", names=names))
    ctx = ctx.wishing(wishes.saving(Own(event.name, items.items)))
    return ask_again(ctx, ctx.line("kept_as", name=event.name))


def run(ctx: Context, event: e.Ran) -> Turn:
    """One that was kept; the only one, if none was named."""
    name = _meant(ctx, event.name)
    return _which(ctx) if name is None else begin_routine(ctx, OWN + name)


def drop(ctx: Context, event: e.Dropped) -> Turn:
    """One that was kept is deleted, once they have said yes to it."""
    name = _meant(ctx, event.name)
    return _which(ctx) if name is None else ask(ctx, q.Delete(name, ctx.place))


def delete(ctx: Context, _: e.Yes) -> Turn:
    """It is deleted; whoever was in the middle of it is no more."""
    if not isinstance(ctx.asked, q.Delete):
        return ask_again(ctx)
    name, progress = ctx.asked.name, ctx.progress

    def left(place: Bookmark | None) -> Bookmark | None:
        return None if place and place.routine == OWN + name else place

    wishes, place = progress.wishes.deleting(name), left(ctx.place)
    ctx = ctx.known(replace(progress, wishes=wishes, place=left(progress.place), later=left(progress.later)))
    return ask(ctx, back(ctx.asking(q.GoOn(place) if place else None)), ctx.line("deleted", name=name))


def _meant(ctx: Context, name: Slug | None) -> Slug | None:
    kept = ctx.progress.wishes.names
    if name in kept:
        return name
    return kept[0] if name is None and len(kept) == 1 else None


def _which(ctx: Context) -> Turn:
    kept = ctx.progress.wishes.names
    if not kept:
        return ask_again(ctx, ctx.line("no_own"))
    return ask_again(ctx, ctx.line("which_own", names=ctx.words.listing(kept)))
