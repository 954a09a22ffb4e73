"""What all rules end in that lead somewhere: how a routine is opened, and the two ways to speak of an exercise.

`tell_exercise` says how it is done and asks "Ready?"; `play` leads the piece at hand and asks for the next. Whoever
likes it straight through gets a stream instead (`skill.coach.dialogue.streaming`). Nobody exercises who has not heard the
safety notice.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from skill.coach.dialogue import lines
from skill.coach.dialogue.context import Context, Rule, Speech, ask, compose, end, leading, led_here
from skill.coach.dialogue.days import day_of
from skill.coach.dialogue.questions import Back, Begin, GoOn, Hurt, Menu, Ready, Tell, Through, Welcome
from skill.coach.dialogue.reply import Turn
from skill.coach.dialogue.state import TOO_EASY, Led, Mode, Progress
from skill.coach.dialogue.streaming import stream_from, told_once_more
from skill.coach.exercise import FormName, Ms, Slug
from skill.coach.timeline import telling as tell
from skill.coach.timeline.arrange import rest
from skill.coach.timeline.block import minutes, settling_ms
from skill.coach.timeline.plan import Bookmark, Part, Piece, Plan
from skill.coach.timeline.score import Score, silence

REPLY_MS: Ms = 200_000
"""A reply longer than this leaves the telling of the next exercise to the next one: about as much as is wise on
Alexa, whose 240 s may or may not count speech (platform facts, section 3)."""

GETTING_UP_BY_MS: Ms = 218_000
"""By then they are asked whether to be told: a quiet for getting up from the floor ends there, within those 240 s."""


def at_place(rule: Callable[[Context, Bookmark, Any], Turn]) -> Rule:
    """A rule that needs a place, and the event: without one, they are asked what they would like."""

    def placed(ctx: Context, event: Any) -> Turn:
        return rule(ctx, ctx.place, event) if ctx.place else nothing_begun(ctx)

    placed.__name__, placed.__doc__ = rule.__name__, rule.__doc__
    return placed


def at_a_place(rule: Callable[[Context, Bookmark], Turn]) -> Rule:
    """As `at_place`, of a rule that does not need the event."""

    def alone(ctx: Context, place: Bookmark, _: object) -> Turn:
        return rule(ctx, place)

    alone.__name__, alone.__doc__ = rule.__name__, rule.__doc__
    return at_place(alone)


def nothing_begun(ctx: Context) -> Turn:
    """There is nothing to go on with, or back to: nothing starts unasked."""
    menu = Menu()
    return ask(ctx, menu, lines.hints(menu, ctx.catalogue))


def open_up(ctx: Context, _: object = None) -> Turn:
    """Back to the place that was kept, or the usual routine from its start."""
    place = ctx.place
    if place is None:
        return begin_routine(ctx, ctx.catalogue.default)
    if not ctx.progress.met:
        return notice(ctx, place)
    ctx, caution = short_caution(ctx)
    return ask(ctx, Welcome(place), ctx.line("welcome_back", place=ctx.where(place)), *caution)


def begin_routine(ctx: Context, routine: Slug, *said: Speech) -> Turn:
    """A routine from its start, after some words."""
    ctx = ctx.known(replace(ctx.progress, later=None, left=()))
    return tell_exercise(ctx, ctx.plan(Bookmark(routine, "")).beginning, *said, opens=True)


def start_of(ctx: Context, exercise: Slug, place: Bookmark) -> Bookmark:
    """Where an exercise begins, in the form it has in the routine of ``place``."""
    unmarked = Bookmark(place.routine, "" if place.routine else exercise)
    return ctx.plan(unmarked).start_of(exercise)


def tell_exercise(
    ctx: Context,
    place: Bookmark,
    *before: Speech,
    coming: bool = True,
    opens: bool = False,
    after: Piece | None = None,
) -> Turn:
    """How an exercise is done, from its beginning; then "Ready?". A routine's first brings its introduction.

    ``coming`` is whether it is next in the routine, rather than told again; ``opens`` is whether the routine was just asked
    for; ``after`` is what they come from.
    """
    place, whole = place.rep_only, ctx.plan(place)
    if not ctx.progress.met:
        return notice(ctx, place)
    ctx, caution = short_caution(ctx)
    opens = (opens or (coming and not before)) and place == whole.beginning
    if ctx.through:
        begins = (ctx.line("through_begins"),) if opens else ()
        return stream_from(ctx, place.at(Part.TELLING), *before, *caution, *begins, counted=False)
    ctx, told, when = telling(ctx, place, coming=coming, after=after)
    opening = _introduction(ctx, whole) if opens else ()
    if ctx.can_stream and ctx.progress.mode is None:
        # Asked once, in place of "say go", which would be a choice.
        ctx = ctx.known(replace(ctx.progress, mode=Mode.SETS))
        return ask(ctx, Through(place), *before, *caution, *opening, *told)
    return ask(ctx, Ready(place), *before, *caution, *opening, *told, when)


def _introduction(ctx: Context, whole: Plan) -> tuple[str, ...]:
    """What a routine holds, as it was known before this turn told any of it."""
    untold = ctx.before.progress.untold(whole.exercises)
    return tell.intro(whole, ctx.edition.minutes(whole, untold), ctx.catalogue, brief=not untold)


def telling(
    ctx: Context, place: Bookmark, *, coming: bool = True, again: bool = False, after: Piece | None = None
) -> tuple[Context, tuple[Speech, ...], str]:
    """The sentences that tell an exercise, and that there is time; its tellings are counted.

    ``again`` is at length; ``after`` is what they come from, which may be somewhere else: who has to get up from the
    floor is told how, and has time.
    """
    whole, first = ctx.plan(place), ctx.plan(place).first_of(place.exercise)
    long = again or bool(ctx.progress.untold((place.exercise,)))
    heading = tell.heading(whole, first, ctx.catalogue, coming=coming)
    moved = tell.moving(after, first, ctx.catalogue, long=long) if after else ""
    said: tuple[Speech, ...] = (heading, moved, *tell.telling(first, ctx.catalogue, long=long))
    said = (*said, getting_up(ctx, after, first, *said))
    if ctx.session.too_easy >= TOO_EASY and place.form is FormName.USUAL:
        said = (*said, ctx.line("harder_too"))
    when = ctx.line("ready_when") if long or moved else ""
    return ctx.known(told_once_more(ctx.progress, (place.exercise,))), said, when


def getting_up(ctx: Context, after: Piece | None, first: Piece, *said: Speech) -> Score:
    """The quiet to get up from the floor in, after ``said`` has told how: as long as in a stream."""
    up = tell.rises(after, first, ctx.catalogue)
    return silence(settling_ms(compose(ctx, said).lasts)) if up else Score()


def left_behind(ctx: Context) -> Piece | None:
    """What they are in the middle of, or about to do, as they ask for something else; None, if they just came."""
    begun = ctx.progress.place is not None and isinstance(ctx.asked, GoOn | Hurt)
    at_it = begun or isinstance(ctx.asked, Ready | Tell)
    return ctx.plan(ctx.place).piece(ctx.place) if ctx.place and at_it else None


def play(ctx: Context, *before: Speech) -> Turn:
    """Say ``before``, lead the piece at hand, and ask for what follows it."""
    place = ctx.place
    if place is None:
        return nothing_begun(ctx)
    if not ctx.progress.met:
        return notice(ctx, place)
    if ctx.through:
        return _play_through(ctx, place, *before)
    if place.part in {Part.TELLING, Part.SETTLING}:
        return tell_exercise(ctx, place, *before)
    ctx, caution = short_caution(ctx)
    ctx, other = another_voice(ctx)
    place, whole = place.rep_only, ctx.plan(place)
    piece = whole.piece(place)
    ctx, led = leading(ctx, place, *other, *before, *caution)
    following = whole.after(piece)
    if following is None:
        return finish(ctx, whole, led)
    coming = following.starts(place.routine)
    if following.exercise == piece.exercise:
        return ask(ctx, Ready(coming), led, rest(piece, following, ctx.words, ctx.edition.measure))
    told_ctx, told, when = telling(ctx, coming, after=piece)
    change = silence(1000).then(compose(ctx, (*told, when)))
    if led.lasts + change.lasts > REPLY_MS:  # get up first, then hear how it goes on
        heading = tell.heading(whole, following, ctx.catalogue)
        up = compose(ctx, (heading, tell.moving(piece, following, ctx.catalogue, long=False)))
        quiet = getting_up(ctx, piece, following, up).window(
            0, max(GETTING_UP_BY_MS - led.lasts - up.lasts, 0)
        )
        return ask(ctx, Tell(coming), led, up, quiet)
    return ask(told_ctx, Ready(coming), led, change)


def _play_through(ctx: Context, place: Bookmark, *before: Speech) -> Turn:
    """The stream from a place: a set they said they are ready for, from its opening; else counted in."""
    ready = isinstance(ctx.asked, Ready)
    ctx, caution = short_caution(ctx)
    if ready and ctx.plan(place).begins_piece(place):
        return stream_from(ctx, place.at(Part.OPENING), *before, *caution, counted=False)
    return stream_from(ctx, place, *before, *caution, counted=True)


def finish(ctx: Context, whole: Plan, *before: Speech) -> Turn:
    """The end of a plan: back to the routine that was left for it, or goodbye."""
    back, left = ctx.progress.later, ctx.progress.left
    done = _done_today(ctx)
    ctx = ctx.asking(None).known(ctx.progress.over())
    if back:
        return ask(ctx, Back(back), *before)
    said = tell.ending(
        whole, ctx.catalogue, left=left, done=done, days=len(ctx.progress.practised(ctx.today))
    )
    return end(ctx, *before, *said)


def _done_today(ctx: Context) -> tuple[str, ...]:
    """How much they have done today, the piece that this turn leads with it."""
    led = led_here(ctx)
    progress = practised(ctx, led, led.lasts) if led else ctx.progress
    day = next((day for day in progress.days if day.on == ctx.today), None)
    return tell.done(day.sets, minutes(day.ms), ctx.words) if day else ()


def practised(ctx: Context, led: Led, heard: Ms) -> Progress:
    """With so much heard of a piece that was led, ms: a set more, if that was all of its last side."""
    whole = ctx.plan(led.place)
    piece = whole.piece(led.place)
    ends = heard >= led.lasts and whole.ends_set(piece)
    day = day_of(led.began, ctx.world.zone)
    laid = ctx.edition.laid(piece, piece.joined(led.place))
    done = (piece.exercise,) if ends else ()
    return ctx.progress.practising(day, ms=min(heard, laid.lasts), sets=int(ends), exercises=done)


def notice(ctx: Context, place: Bookmark) -> Turn:
    """First of all, once: what this is, and when not to do it."""
    ctx = ctx.now(replace(ctx.session, cautioned=True)).known(replace(ctx.progress, met=True))
    return ask(ctx, Begin(place), ctx.line("hello"), ctx.line("notice"))


def another_voice(ctx: Context) -> tuple[Context, tuple[str, ...]]:
    """Why another voice leads them, once: ours could not be played."""
    unplayed = ctx.progress.unplayed
    if unplayed is None or unplayed.told or ctx.in_our_voice:
        return ctx, ()
    return ctx.known(replace(ctx.progress, unplayed=replace(unplayed, told=True))), (
        ctx.line("another_voice"),
    )


def short_caution(ctx: Context) -> tuple[Context, tuple[str, ...]]:
    """The short safety line, once a session."""
    if ctx.session.cautioned:
        return ctx, ()
    return ctx.now(replace(ctx.session, cautioned=True)), (ctx.line("gently"),)
