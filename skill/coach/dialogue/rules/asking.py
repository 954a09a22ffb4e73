"""Asking for something: what there is, a routine, an exercise, what one is."""

from dataclasses import replace

from skill.coach.dialogue import events as e
from skill.coach.dialogue import lines
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import Context, ask, ask_again, end
from skill.coach.dialogue.leading import begin_routine, left_behind, open_up, start_of, tell_exercise
from skill.coach.dialogue.reply import Turn
from skill.coach.dialogue.state import UNHEARD_ENOUGH
from skill.coach.exercise import Slug
from skill.coach.timeline import telling as tell
from skill.coach.timeline.plan import Bookmark, start


def begin_usual(ctx: Context, _: object = None) -> Turn:
    """The usual routine, from its start."""
    return begin_routine(ctx, ctx.catalogue.default)


def begin(ctx: Context, event: e.Begin) -> Turn:
    """A routine, from its start."""
    if event.minutes is not None and event.routine is None:
        return begin_routine(ctx, _lasting(ctx, event.minutes))
    slug = ctx.catalogue.default if event.routine is None else event.routine
    if slug not in ctx.catalogue.routines:
        return _unlisted(ctx, ctx.line("which_routine", names=lines.some_routines(ctx.catalogue)))
    return begin_routine(ctx, slug)


def _lasting(ctx: Context, wanted: int) -> Slug:
    """The routine that takes about so many minutes."""
    plans = {slug: ctx.plan(start(slug, ctx.catalogue)) for slug in ctx.catalogue.routines}
    return min(plans, key=lambda slug: abs(ctx.minutes(plans[slug]) - wanted))


def begin_or_go_on(ctx: Context, event: e.Begin) -> Turn:
    """A routine; one they are in the middle of is offered from there: nothing is lost by asking for it by name."""
    slug = ctx.catalogue.default if event.routine is None else event.routine
    same = ctx.place is not None and ctx.place.routine == slug and event.minutes is None
    return open_up(ctx) if same else begin(ctx, event)


def choose(ctx: Context, event: e.Chose) -> Turn:
    """An exercise: within the routine if it is in it, else on its own, and the routine is kept for later."""
    slug, place = event.exercise, ctx.place
    if slug is None or slug not in ctx.catalogue.exercises:
        return _no_exercise(ctx)
    in_routine = place if place and place.routine else None
    if in_routine and slug in ctx.plan(in_routine).exercises:
        ctx = ctx.known(replace(ctx.progress, skipped=True))
        return tell_exercise(
            ctx, start_of(ctx, slug, in_routine), ctx.line("all_right"), after=left_behind(ctx)
        )
    ctx = ctx.known(replace(ctx.progress, later=in_routine or ctx.progress.later))
    return tell_exercise(ctx, ctx.plan(Bookmark("", slug)).beginning, after=left_behind(ctx))


def _no_exercise(ctx: Context) -> Turn:
    return _unlisted(ctx, ctx.line("which_exercise", names=lines.some_exercises(ctx.catalogue)))


def _unlisted(ctx: Context, said: str) -> Turn:
    """They named what is not there: a few that are, and what was asked; the third time in a row, a kind end."""
    ctx = ctx.misheard()
    if ctx.session.unheard >= UNHEARD_ENOUGH:
        return end(ctx, ctx.line("unheard_third"))
    if ctx.session.unheard > 1:  # the same names again would tell nobody more
        return ask_again(ctx, ctx.line("unheard_second"), lines.hint(ctx.asked, ctx.catalogue))
    return ask_again(ctx, said)


def do_it(ctx: Context, _: e.Yes) -> Turn:
    """The exercise that was described."""
    return choose(ctx, e.Chose(ctx.asked.exercise if isinstance(ctx.asked, q.DoIt) else None))


def ask_which(ctx: Context, event: e.Muddled) -> Turn:
    """A word that may mean several exercises: which one?"""
    if event.muddle not in ctx.catalogue.muddles:
        return _no_exercise(ctx)
    return ask(ctx, q.Which(event.muddle, ctx.place))


AT_HAND = (q.Begin, q.Through, q.Ready, q.Tell, q.GoOn)
"""The questions about the exercise at hand."""


def describe(ctx: Context, event: e.Described) -> Turn:
    """An exercise in short. The one at hand: and on with what was asked; another: it is offered."""
    at_hand = ctx.place.exercise if ctx.place else ""
    slug = event.exercise or at_hand
    if slug not in ctx.catalogue.exercises:
        return _no_exercise(ctx)
    said = tell.description(ctx.catalogue.exercises[slug], ctx.catalogue)
    goes_on = slug == at_hand and isinstance(ctx.asked, AT_HAND)
    if goes_on or isinstance(ctx.asked, q.Hurt):  # to whom nothing is offered unasked
        return ask_again(ctx, *said)
    return ask(ctx, q.DoIt(slug, ctx.place), *said)
