"""What stands before the table while somebody has stopped for their health: nothing plays before they have chosen, in words.

Whatever word or button it is, in this session or the next, it leads to `care.remind`, which says that they stopped for a
reason and what there is that is easier. Only once that was asked is a choice a choice; a bare yes never is one.
"""

from skill.coach.dialogue import events as e
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import Context

PLAYING = (
    e.Opened, e.Begin, e.Chose, e.Muddled, e.Yes, e.Next, e.Previous, e.Again, e.StartedOver, e.Resumed, e.StraightThrough,
    e.Easier, e.Breathless, e.Unsure, e.Harder, e.Paced, e.Dosed, e.AsUsual, e.Sided,
    e.Together, e.Ran,
)  # fmt: skip
"""What may lead to something that plays, or to a question whether it should."""


HARMLESS = (q.Forget, q.Delete, q.Remind)
"""The questions that lead to nothing that plays: a yes or a no is to them, whatever they had stopped for."""


def stands_before(ctx: Context) -> bool:
    """Whether they stopped for a reason in the last day, and have not chosen to go on since."""
    return ctx.progress.asks_first(ctx.world.now)


def plays(ctx: Context, event: e.Event) -> bool:
    """Whether an event may lead on, and is no choice of theirs."""
    return isinstance(event, PLAYING) and not is_choice(ctx, event)


def is_choice(ctx: Context, event: e.Event) -> bool:
    """Whether this is a choice in words of somebody who had stopped for a reason, and was asked. A yes is none."""
    place = ctx.place
    if isinstance(event, e.Easier):
        return place is not None
    if not isinstance(ctx.asked, q.Hurt | q.Which):
        return False
    match event:
        case e.Chose(exercise):
            return exercise in ctx.catalogue.exercises
        case e.Begin(routine):
            return routine in ctx.catalogue.routines and routine != ctx.catalogue.default
        case e.Next() | e.Muddled():
            return True
        case e.Previous():  # never to the one that hurt
            return place is not None and ctx.plan(place).exercises[0] != place.exercise
    return False
