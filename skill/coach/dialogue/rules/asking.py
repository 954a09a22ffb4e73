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
from skill.coach.timeline.tailor import fitted


def begin_usual(ctx: Context, _: object = None) -> Turn:
    """The usual routine, from its start."""
    return begin_routine(ctx, ctx.catalogue.default)


def begin(ctx: Context, event: e.Begin) -> Turn:
    """A routine, from its start."""
    slug = ctx.catalogue.default if event.routine is None else event.routine
    if slug not in ctx.catalogue.routines:
        return _unlisted(ctx, ctx.line("which_routine", names=lines.some_routines(ctx.catalogue)))
    return begin_routine(ctx, slug) if event.minutes is None else _begin_in(ctx, event.minutes, event.routine)


def _begin_in(ctx: Context, minutes: int, routine: Slug | None) -> Turn:
    """A routine that takes about so many minutes: the one they named, or any; what is too short or too long is said."""
    usual, wishes = ctx.catalogue.default, ctx.progress.wishes
    routines = sorted(ctx.catalogue.routines, key=lambda slug: slug != usual)
    wanted = min(max(minutes, 1), LONGEST)
    own, slug = fitted([routine] if routine else routines, wanted, wishes, ctx.progress.untold, ctx.edition)
    ctx = ctx.wishing(wishes.saving(own)) if own else ctx
    takes = ctx.minutes(ctx.plan(start(slug, ctx.catalogue, ctx.progress.wishes)))
    near = abs(takes - minutes) <= max(minutes * TENTH, 1)
    said = "" if near else ctx.line("nearest", minutes=tell.minutes(takes, ctx.words))
    return begin_routine(ctx, slug, said)


LONGEST = 60
"""More minutes than that are no routine for a sore back; ours to choose."""

TENTH = 0.1
"""What is told as about so many minutes is within a tenth of it."""


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
    if slug in ctx.progress.wishes.spared.out:
        return ask_again(ctx, ctx.line("is_left_out", name=ctx.catalogue.exercises[slug].name))
    in_routine = place if place and place.routine else None
    if in_routine and slug in ctx.plan(in_routine).exercises:
        ctx = ctx.known(ctx.progress.left_out(*_passed_over(ctx, in_routine, slug)))
        return tell_exercise(
            ctx, start_of(ctx, slug, in_routine), ctx.line("all_right"), after=left_behind(ctx)
        )
    ctx = ctx.known(replace(ctx.progress, later=in_routine or ctx.progress.later))
    return tell_exercise(ctx, ctx.plan(Bookmark("", slug)).beginning, after=left_behind(ctx))


def _passed_over(ctx: Context, place: Bookmark, to: Slug) -> tuple[Slug, ...]:
    """The exercises that are left out who goes from a place to the start of another one further on."""
    every = ctx.plan(place).exercises
    return every[every.index(place.exercise) : every.index(to)] if place.exercise in every else ()


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
