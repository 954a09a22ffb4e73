"""What is said in between, and then on: how many, what there is, help, what we do not do, and what was not understood."""

from dataclasses import replace

from skill.coach.dialogue import events as e
from skill.coach.dialogue import lines
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.answering import answers
from skill.coach.dialogue.context import Context, ask, ask_again, compose, end, keep
from skill.coach.dialogue.leading import nothing_begun
from skill.coach.dialogue.questions import name_of
from skill.coach.dialogue.reply import Passage, Reply, Turn
from skill.coach.dialogue.sparing import spare, tell_anew
from skill.coach.dialogue.state import UNHEARD_ENOUGH
from skill.coach.timeline import telling as tell
from skill.coach.timeline.plan import Part


def how_many(ctx: Context, _: e.HowMany) -> Turn:
    """What is left, and on."""
    return _left(ctx, inside=False)


def how_many_inside(ctx: Context, _: e.HowMany) -> Turn:
    """What is left, from the rep they are at, and on."""
    return _left(ctx, inside=True)


def _left(ctx: Context, *, inside: bool) -> Turn:
    place = ctx.place
    if place is None:
        return nothing_begun(ctx)
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
    ctx = ctx.misheard()
    if ctx.session.unheard >= UNHEARD_ENOUGH:
        return end(ctx, ctx.line("unheard_third"))
    if ctx.session.unheard == 1:
        return ask_again(ctx, ctx.line("unheard_first"), lines.hints(ctx.asked, ctx.catalogue))
    return ask_again(ctx, ctx.line("unheard_second"), lines.hint(ctx.asked, ctx.catalogue))


def ask_meant(ctx: Context, event: e.Unsure) -> Turn:
    """Did they mean that? What was asked stays open."""
    before = name_of(type(ctx.asked)) if ctx.asked else None
    return ask(ctx, q.Meant(event.wish, event.name, event.slots, before, ctx.place))


def not_meant(ctx: Context, _: e.No) -> Turn:
    """Then what was asked, and what may be said to it."""
    ctx = ctx.asking(ctx.asked.open if isinstance(ctx.asked, q.Meant) else ctx.asked)
    return ask_again(ctx, ctx.line("unheard_second"), lines.hint(ctx.asked, ctx.catalogue))


def answer(ctx: Context, event: e.Asked) -> Turn:
    """A short answer, and on; of what they can not do, what is left out for it, and the plan laid out again."""
    said, before = answers(event.topic, ctx), ctx
    ctx, spared = spare(ctx, event.topic)
    anew = None if isinstance(ctx.asked, q.Hurt) else tell_anew(ctx, before, *said, *spared)
    return anew or ask_again(ctx, *said, *spared)


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


def leave(ctx: Context, event: e.Closed) -> Turn:
    """The session is over without a word. A piece that it led was cut short, or was not; or could not be played at all."""
    led = ctx.before.progress.led
    if led is None or led.began != ctx.before.session.led:
        return ctx.unchanged()
    reply = Reply()
    if event.refused and ctx.in_our_voice:
        reply = Reply(passage=Passage(led.place, ctx.progress.wishes, 0, led.lasts))
        ctx = ctx.known(ctx.progress.could_not_play(ctx.world.now))
    kept = keep(ctx)
    return Turn(replace(ctx.before, session=kept.session, progress=kept.progress), reply)
