"""What there is to do and to say when it hurts, or when they speak of their health.

Of none of it more is kept than that they stopped, for a day. `skill.coach.dialogue.guard` stands before what would play then.
"""

from skill.coach.dialogue import events as e
from skill.coach.dialogue import lines
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import Context, ask, ask_again, end
from skill.coach.dialogue.reply import Turn
from skill.coach.dialogue.sparing import spare
from skill.coach.dialogue.state import HURTS_ENOUGH
from skill.coach.exercise import FormName
from skill.coach.timeline.score import silence

BREATH_MS = 30_000
"""The quiet for whoever is out of breath, before they are asked."""


def hurt(ctx: Context, _: e.Hurts) -> Turn:
    """Stop. Easier, skip or finish; the second time, finish."""
    now = ctx.world.now
    ctx = ctx.known(ctx.progress.stopped(now, hurt=True))
    if ctx.progress.hurts(now) >= HURTS_ENOUGH:
        return end(ctx, ctx.line("hurts_again"))
    return ask(ctx, q.Hurt(ctx.place), ctx.line("hurts"))


def remind(ctx: Context, _: object = None) -> Turn:
    """They stopped for a reason, and choose first, in words: what there is that is easier."""
    if isinstance(ctx.asked, q.Hurt):
        return ask_again(ctx, lines.hint(ctx.asked, ctx.catalogue))
    rests, place = ctx.progress.rests(ctx.today, ctx.world.zone), ctx.progress.place
    said = [ctx.line("rested" if rests else "stopped_earlier")]
    if place is not None and place.form is not FormName.EASIER:
        said.append(ctx.line("easier_there", name=ctx.catalogue.exercises[place.exercise].name))
    said.append(lines.hints(q.Hurt(place), ctx.catalogue))
    return ask(ctx, q.Hurt(place), *said)


def repeat_choices(ctx: Context, _: object = None) -> Turn:
    """What there is to choose from, again."""
    return ask_again(ctx, ctx.line("hurts"))


def emergency(ctx: Context, _: e.Emergency) -> Turn:
    """Before anything else: the number to call where they are, and nothing more."""
    ctx = ctx.known(ctx.progress.stopped(ctx.world.now))
    return end(ctx, ctx.line("emergency", number=ctx.words.emergency_number(ctx.locale)))


def answer_concern(ctx: Context, event: e.Concerned) -> Turn:
    """What there is to say to something about their health. Nothing of it is kept."""
    answer = ctx.words.concerns.get(event.concern)
    if answer is None:  # of other content than this
        return ask_again(ctx)
    number, crisis = ctx.words.emergency_number(ctx.locale), ctx.words.crisis_number(ctx.locale)
    said = answer.say.format_map({"number": number, "crisis": crisis})
    if not answer.stops:
        return ask_again(ctx, said)
    ctx = ctx.known(ctx.progress.stopped(ctx.world.now))
    if answer.ends:
        return end(ctx, said)
    ctx, spared = spare(ctx, event.concern)
    asked = q.Hurt(ctx.place)
    return ask(ctx, asked, said, *spared, lines.hints(asked, ctx.catalogue))


def catch_breath(ctx: Context, _: e.Breathless) -> Turn:
    """Quiet until they have their breath back, and whether they are ready."""
    place = ctx.place
    if not ctx.progress.met or place is None:
        return ask_again(ctx, ctx.line("breathless"))
    return ask(ctx, q.Ready(place), ctx.line("breathless"), silence(BREATH_MS))
