"""A reminder for every day, where the platform sets them: asked for each, and its permission at most once a month."""

from dataclasses import replace

from skill.coach.dialogue import events as e
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import Context, ask, ask_again, back, keep
from skill.coach.dialogue.lines import clock
from skill.coach.dialogue.reply import Reply, Turn
from skill.coach.dialogue.state import DAY_MS, State
from skill.coach.exercise import Ms

MONTH_MS: Ms = 30 * DAY_MS
"""Whoever has said no to their platform is left in peace for so long."""


def remind(ctx: Context, event: e.Remind) -> Turn:
    """Every day at that time? Where there are no reminders, how to get one."""
    if not ctx.world.device.reminds:
        return ask_again(ctx, ctx.line("remind_elsewhere"))
    if event.at is None:
        return ask_again(ctx, ctx.line("remind_when"))
    return ask(ctx, q.Remind(event.at, ctx.place))


def set_it(ctx: Context, _: e.Yes) -> Turn:
    """They said yes to it."""
    return _set(ctx, ctx.asked.at) if isinstance(ctx.asked, q.Remind) else ask_again(ctx)


def allowed(ctx: Context, event: e.Allowed) -> Turn:
    """They have answered whether we may."""
    if event.granted and event.at:
        return _set(ctx, event.at)
    return _then(ctx, ctx.line("remind_not_allowed"))


def tell(ctx: Context, event: e.Reminded) -> Turn:
    """What became of it."""
    if event.outcome is e.Outcome.NOT_ALLOWED and ctx.world.now - ctx.progress.permission > MONTH_MS:
        ctx = keep(ctx.asking(None).known(replace(ctx.progress, permission=ctx.world.now)))
        return Turn(State(ctx.session, ctx.progress), Reply(title=ctx.line("title"), permission=event.at))
    line = f"remind_{event.outcome.name.lower()}"
    said = (
        ctx.line(line, time=clock(event.at, ctx.words)) if event.outcome is e.Outcome.SET else ctx.line(line)
    )
    return _then(ctx, said)


def _set(ctx: Context, at: str) -> Turn:
    """Whoever leads this conversation sets it, and tells us what became of it."""
    return Turn(State(ctx.session, ctx.progress), Reply(remind=at))


def _then(ctx: Context, said: str) -> Turn:
    """On from where they were."""
    return ask(ctx, back(ctx), said)
