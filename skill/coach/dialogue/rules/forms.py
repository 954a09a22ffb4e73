"""Another form of the exercise at hand: easier, harder, or the usual again. Each has its own telling, and starts anew."""

from dataclasses import replace

from skill.coach.dialogue import events as e
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import Context, ask, ask_again
from skill.coach.dialogue.leading import at_a_place
from skill.coach.dialogue.reply import Turn
from skill.coach.exercise import FormName
from skill.coach.timeline import telling as tell
from skill.coach.timeline.plan import Bookmark

LADDER = (FormName.EASIER, FormName.USUAL, FormName.HARDER)
"""From the gentlest; "easier" and "harder" are a step."""


@at_a_place
def ease(ctx: Context, place: Bookmark) -> Turn:
    """A step easier, from the exercise's start; to who hurts, the gentlest there is."""
    if place.form is FormName.EASIER:
        return ask_again(ctx, ctx.line("easier_already"))
    ctx = ctx.now(replace(ctx.session, too_easy=0))
    stopped = isinstance(ctx.asked, q.Hurt)
    form = FormName.EASIER if stopped else LADDER[LADDER.index(place.form) - 1]
    return _in_form(ctx, place, form)


@at_a_place
def toughen(ctx: Context, place: Bookmark) -> Turn:
    """A step harder, from the exercise's start."""
    if place.form is FormName.HARDER:
        return ask_again(ctx, ctx.line("harder_already"))
    ctx = ctx.now(replace(ctx.session, too_easy=ctx.session.too_easy + 1))
    return _in_form(ctx, place, LADDER[LADDER.index(place.form) + 1])


def as_usual(ctx: Context, _: e.AsUsual) -> Turn:
    """The usual pace, the usual doses, and the usual form of the exercise at hand."""
    ctx = ctx.wishing(ctx.progress.wishes.as_usual())
    place = ctx.place
    if place is not None and place.form is not FormName.USUAL:
        return _in_form(ctx, place, FormName.USUAL)
    return ask_again(ctx, ctx.line("as_usual"))


def _in_form(ctx: Context, place: Bookmark, form: FormName) -> Turn:
    changed = Bookmark(place.routine, place.exercise, form)
    first = ctx.plan(changed).first_of(place.exercise)
    start = first.starts(place.routine)
    begun = ctx.progress.place is not None and ctx.progress.place.exercise == place.exercise
    kept = start if begun else ctx.progress.place  # what hurt, or was too little, is not gone back to
    ctx = ctx.known(replace(ctx.progress, place=kept))
    usual = ctx.line("usual_form") if form is FormName.USUAL else ""
    return ask(ctx, q.Ready(start), usual, *tell.eased(first, ctx.catalogue))
