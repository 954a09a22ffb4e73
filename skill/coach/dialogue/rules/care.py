"""What there is to do and to say when it hurts, or when they speak of their health. None of it is kept beyond the day."""

from dataclasses import replace

from skill.coach.dialogue import events as e
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import Context, ask, ask_again, end
from skill.coach.dialogue.leading import at_a_place
from skill.coach.dialogue.reply import Turn
from skill.coach.dialogue.state import HURTS_ENOUGH, Hurting
from skill.coach.exercise import FormName
from skill.coach.timeline import telling as tell
from skill.coach.timeline.plan import Bookmark


def hurt(ctx: Context, _: e.Hurts) -> Turn:
    """Stop. Easier, skip or finish; the second time, finish."""
    now = ctx.world.now
    hurting = Hurting(ctx.progress.hurts(now) + 1, now)
    ctx = ctx.known(replace(ctx.progress, hurt=hurting, asks_first=True))
    if hurting.times >= HURTS_ENOUGH:
        return end(ctx, ctx.line("hurts_again"))
    return ask(ctx, q.Hurt(ctx.place), ctx.line("hurts"))


@at_a_place
def ease(ctx: Context, place: Bookmark) -> Turn:
    """The easier form of the exercise at hand, from its start."""
    if place.form is FormName.EASIER:
        return ask_again(ctx, ctx.line("easier_already"))
    eased = Bookmark(place.routine, place.exercise, FormName.EASIER)
    first = ctx.plan(eased).first_of(place.exercise)
    start = first.starts(place.routine)
    begun = ctx.progress.place is not None and ctx.progress.place.exercise == place.exercise
    kept = start if begun else ctx.progress.place  # what hurt is not gone back to
    ctx = ctx.known(replace(ctx.progress, skipped=True, place=kept))
    return ask(ctx, q.Ready(start), *tell.eased(first, ctx.catalogue))


def emergency(ctx: Context, _: e.Emergency) -> Turn:
    """Before anything else: the number to call where they are, and nothing more."""
    ctx = ctx.known(replace(ctx.progress, asks_first=True))
    return end(ctx, ctx.line("emergency", number=ctx.words.emergency_number(ctx.locale)))


def answer_concern(ctx: Context, event: e.Concerned) -> Turn:
    """What there is to say to something about their health. Nothing of it is kept."""
    answer = ctx.words.concerns.get(event.concern)
    if answer is None:  # of other content than this
        return ask_again(ctx)
    number, crisis = ctx.words.emergency_number(ctx.locale), ctx.words.crisis_number(ctx.locale)
    said = answer.say.format_map({"number": number, "crisis": crisis})
    if not answer.ends:
        return ask_again(ctx, said)
    return end(ctx.known(replace(ctx.progress, asks_first=True)), said)
