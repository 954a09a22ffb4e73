"""What is said in between, and then on: how many, what there is, help, what we do not do, and what was not understood."""

from dataclasses import replace

from skill.coach.dialogue import events as e
from skill.coach.dialogue import lines
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import Context, ask, ask_again, compose, end, keep
from skill.coach.dialogue.leading import open_up
from skill.coach.dialogue.reply import Turn
from skill.coach.timeline import telling as tell
from skill.coach.timeline.plan import Part

UNHEARD_ENOUGH = 3
"""Not understood this often in a row: the place is kept, and that is all."""


def how_many(ctx: Context, event: e.HowMany) -> Turn:
    """What is left, and on."""
    return _left(ctx, event, inside=False)


def how_many_inside(ctx: Context, event: e.HowMany) -> Turn:
    """What is left, from the rep they are at, and on."""
    return _left(ctx, event, inside=True)


def _left(ctx: Context, event: e.HowMany, *, inside: bool) -> Turn:
    place = ctx.place
    if place is None:
        return open_up(ctx, event)
    if place.part is Part.CLOSE:
        return end(ctx, ctx.line("that_was_last"))
    inside = inside and place.part is Part.WORK
    return ask_again(ctx, *tell.left(place, ctx.plan(place), ctx.catalogue, inside=inside))


def list_all(ctx: Context, _: object = None) -> Turn:
    """All there is, and on."""
    return ask_again(ctx, *lines.menu(ctx.catalogue))


def give_help(ctx: Context, _: object = None) -> Turn:
    """The emergency line first, then what can be said."""
    number = ctx.words.emergency_number(ctx.locale)
    how = ctx.line("help_through") if ctx.world.device.streams else ""
    hints = lines.hints(ctx.asked, ctx.catalogue)
    return ask_again(ctx, ctx.line("help_emergency", number=number), ctx.line("help"), how, hints)


def not_offered(ctx: Context, _: object = None) -> Turn:
    """The order is what it is, and on."""
    return ask_again(ctx, ctx.line("fixed_order"))


def not_offered_under_stream(ctx: Context, _: object = None) -> Turn:
    """The order is what it is; the stream plays on under these words."""
    return ctx.unchanged(compose(ctx, (ctx.line("fixed_order"),)))


def unheard(ctx: Context, _: object = None) -> Turn:
    """Something not understood: a hint, a shorter hint, and a kind end."""
    times = ctx.session.unheard + 1
    ctx = ctx.now(replace(ctx.session, unheard=times))
    if times >= UNHEARD_ENOUGH:
        return end(ctx, ctx.line("unheard_third"))
    if times == 1:
        return ask_again(ctx, ctx.line("unheard_first"), lines.hints(ctx.asked, ctx.catalogue))
    return ask_again(ctx, ctx.line("unheard_second"), lines.hint(ctx.asked, ctx.catalogue))


def choose_first(ctx: Context, _: object = None) -> Turn:
    """Neither yes nor no: one of those that were named."""
    return ask_again(ctx, lines.hint(ctx.asked, ctx.catalogue))


def forget_me(ctx: Context, _: object = None) -> Turn:
    """What there is to forget, and whether to."""
    return ask(ctx, q.Forget(ctx.place), ctx.line("forget_what"))


def ask_once_more(ctx: Context, _: object = None) -> Turn:
    """That was no answer: the question again."""
    return ask_again(ctx)


def stop(ctx: Context, _: object = None) -> Turn:
    """Goodbye; the place is kept."""
    kept = keep(ctx).progress.place is not None and ctx.world.keeping
    return end(ctx, ctx.line("goodbye_kept" if kept else "goodbye_plain"))


def leave(ctx: Context, _: e.Closed) -> Turn:
    """The session is over without a word. A piece that it led was cut short, or was not."""
    led = ctx.before.progress.led
    if led is None or led.began != ctx.before.session.led:
        return ctx.unchanged()
    kept = keep(ctx)
    return replace(ctx.unchanged(), state=replace(ctx.before, session=kept.session, progress=kept.progress))
