"""How to be led: straight through, or with a question after each set."""

from dataclasses import replace

from skill.coach.dialogue import events as e
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import Context, Speech, ask_again
from skill.coach.dialogue.leading import open_up, play, short_caution, tell_exercise
from skill.coach.dialogue.reply import Turn
from skill.coach.dialogue.state import Mode
from skill.coach.dialogue.streaming import stream_from
from skill.coach.timeline.plan import Bookmark, Part


def remember_through(ctx: Context, _: e.StraightThrough) -> Turn:
    """Straight through from here on; for now it is only remembered."""
    return ask_again(_through(ctx), ctx.line("all_right"))


def straight_through(ctx: Context, _: object = None) -> Turn:
    """Straight through from here on; where there is no player, it is only remembered."""
    ctx = _through(ctx)
    place = ctx.place
    if place is None or not ctx.progress.met:
        return open_up(ctx)
    return _begun_through(ctx, place, counted=True) if ctx.through else ask_again(ctx)


def through_from_set(ctx: Context, _: object = None) -> Turn:
    """Straight through from the set at hand; where there is no player, that set."""
    ctx = _through(ctx)
    place = ctx.place
    if place is None or not ctx.progress.met:
        return open_up(ctx)
    if not ctx.through:
        return play(ctx)
    if isinstance(ctx.asked, q.Ready) and ctx.plan(place).begins_piece(place):
        return _begun_through(ctx, place.at(Part.OPENING), counted=False)
    return _begun_through(ctx, place, counted=True)


def through_from_telling(ctx: Context, _: object = None) -> Turn:
    """They have just been told the exercise, and chose straight through: time to get there, and off."""
    ctx = _through(ctx)
    place = ctx.place
    if place is None or not ctx.through:
        return through_from_set(ctx)
    return _begun_through(ctx, place.at(Part.SETTLING), counted=False)


def through_from_exercise(ctx: Context, _: object = None) -> Turn:
    """Straight through from the exercise that was to be told."""
    ctx = _through(ctx)
    place = ctx.place
    if place is None or not ctx.through:
        return straight_through(ctx)
    ctx, said = _through_begins(ctx)
    return tell_exercise(ctx, place, *said)


def _through(ctx: Context) -> Context:
    return ctx.known(replace(ctx.progress, mode=Mode.THROUGH))


def _begun_through(ctx: Context, place: Bookmark, *, counted: bool) -> Turn:
    ctx, said = _through_begins(ctx)
    return stream_from(ctx, place, *said, counted=counted)


def _through_begins(ctx: Context) -> tuple[Context, tuple[Speech, ...]]:
    ctx, caution = short_caution(ctx)
    return ctx, (ctx.line("all_right"), *caution, ctx.line("through_begins"))


def set_by_set(ctx: Context, _: object = None) -> Turn:
    """A question after each set, from here on."""
    return ask_again(ctx.known(replace(ctx.progress, mode=Mode.SETS)), ctx.line("set_by_set"))


def set_by_set_from_here(ctx: Context, event: object = None) -> Turn:
    """A question after each set, from here on; the first is whether they are ready."""
    return set_by_set(ctx.asking(q.Ready(ctx.place)) if ctx.place else ctx, event)
