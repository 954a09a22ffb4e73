"""What is left out for somebody, for good or no longer: see `skill.coach.dialogue.sparing`."""

from skill.coach.dialogue import events as e
from skill.coach.dialogue.context import Context, ask_again
from skill.coach.dialogue.reply import Turn
from skill.coach.dialogue.sparing import laid_out_again
from skill.coach.timeline.wishes import ALL


def remember(ctx: Context, _: e.Remembered) -> Turn:
    """What is left out for now is left out for good."""
    wishes = ctx.progress.wishes
    if wishes.spared == ALL:
        return ask_again(ctx, ctx.line("nothing_to_remember"))
    return ask_again(ctx.wishing(wishes.remembering()), ctx.line("remembered"))


def spare_nothing(ctx: Context, _: e.Everything) -> Turn:
    """Nothing is left out any more."""
    return ask_again(laid_out_again(ctx, ctx.progress.wishes.sparing_nothing()), ctx.line("everything_again"))
