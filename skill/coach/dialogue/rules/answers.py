"""What a yes and a no lead to. The table says to which question."""

from skill.coach.dialogue import events as e
from skill.coach.dialogue import lines
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import Context, ask, compose, end
from skill.coach.dialogue.context import back as back_to
from skill.coach.dialogue.leading import at_a_place, play, tell_exercise
from skill.coach.dialogue.reply import Reply, Turn
from skill.coach.dialogue.state import State
from skill.coach.timeline import telling as tell
from skill.coach.timeline.plan import Bookmark


def lead(ctx: Context, _: e.Yes) -> Turn:
    """The piece at hand."""
    return play(ctx)


@at_a_place
def begin_there(ctx: Context, place: Bookmark) -> Turn:
    """After the notice: how the first exercise is done."""
    return tell_exercise(ctx, place)


@at_a_place
def known_already(ctx: Context, place: Bookmark) -> Turn:
    """They need not be told: its dose and one reminder, and whether they are ready."""
    first = ctx.plan(place).first_of(place.exercise)
    return ask(ctx, q.Ready(place), *tell.telling(first, ctx.catalogue, long=False))


@at_a_place
def back(ctx: Context, place: Bookmark) -> Turn:
    """To the routine that was left."""
    return ask(ctx, q.Ready(place), ctx.line("back_to", place=ctx.where(place)))


@at_a_place
def not_from_there(ctx: Context, place: Bookmark) -> Turn:
    """From the beginning, then?"""
    return ask(ctx, q.StartOver(place), ctx.line("all_right"))


def what_then(ctx: Context, _: e.No) -> Turn:
    """What would they like instead?"""
    menu = q.Menu(ctx.place)
    return ask(ctx, menu, ctx.line("all_right"), lines.hints(menu, ctx.catalogue))


def not_that(ctx: Context, _: e.No) -> Turn:
    """Then on from where they were."""
    return ask(ctx, back_to(ctx))


def forget(ctx: Context, _: e.Yes) -> Turn:
    """Everything about them is deleted, unless it cannot be just now."""
    if not ctx.world.keeping:
        return end(ctx, ctx.line("not_forgotten"))
    speech = compose(ctx, (ctx.line("forgotten"),))
    return Turn(State(), Reply(speech, title=ctx.line("title")), forget=True)
