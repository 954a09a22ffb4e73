"""To and fro: the next and the one before, that again, on with it, a moment's rest."""

from collections.abc import Callable
from dataclasses import replace

from skill.coach.dialogue import events as e
from skill.coach.dialogue import questions as q
from skill.coach.dialogue.context import Context, Rule, Speech, ask_again, end
from skill.coach.dialogue.leading import (
    at_a_place,
    finish,
    left_behind,
    nothing_begun,
    notice,
    open_up,
    play,
    start_of,
    tell_exercise,
    telling,
)
from skill.coach.dialogue.reply import Turn
from skill.coach.dialogue.run import Activity
from skill.coach.dialogue.streaming import pause, stream_from
from skill.coach.exercise import Ms
from skill.coach.timeline import telling as tell
from skill.coach.timeline.plan import Bookmark, Part
from skill.coach.timeline.score import silence
from skill.coach.words import capital

WAIT_MS: Ms = 60_000
"""The quiet after "give me a moment"."""

MOST_WAIT_MS: Ms = 180_000
"""The longest quiet in one reply, and then a soft question: Alexa allows 240 s of audio (platform facts, section 3)."""


@at_a_place
def skip(ctx: Context, place: Bookmark) -> Turn:
    """The next exercise; in the closing words of one, that is the one they are about to do."""
    whole = ctx.plan(place)
    coming = ctx.closing or place.part is Part.REST
    if coming and whole.begins_exercise(place):
        before = max(whole.index(place) - 1, 0)
        return tell_exercise(ctx, place, after=whole.pieces[before])
    if following := whole.coming(place.exercise):
        name = ctx.catalogue.exercises[place.exercise].name
        ctx = ctx.known(ctx.progress.left_out(place.exercise))
        to = start_of(ctx, following[0], place)
        return tell_exercise(ctx, to, ctx.line("skipping", name=name), after=left_behind(ctx))
    if ctx.progress.later:
        return finish(ctx, whole)
    ctx = ctx.asking(None).known(replace(ctx.progress, place=None, left=()))
    return end(ctx, ctx.line("that_was_last"), ctx.line("goodbye"))


@at_a_place
def go_back(ctx: Context, place: Bookmark) -> Turn:
    """The exercise before."""
    whole = ctx.plan(place)
    before = whole.exercises.index(place.exercise) - 1
    line = "going_back" if before >= 0 else "that_is_first"
    to = start_of(ctx, whole.exercises[max(before, 0)], place)
    return tell_exercise(ctx, to, ctx.line(line), coming=False, after=left_behind(ctx))


@at_a_place
def start_over(ctx: Context, place: Bookmark) -> Turn:
    """From the beginning of the routine."""
    to = start_of(ctx, ctx.plan(place).exercises[0], place)
    return tell_exercise(ctx, to, ctx.line("starting_over"), coming=False, after=left_behind(ctx))


def _again(rule: Callable[[Context, Bookmark], Turn]) -> Rule:
    """A way to say that again: what was being told in a stream, from its beginning; and nothing before the notice."""

    def again(ctx: Context, place: Bookmark) -> Turn:
        if not ctx.progress.met:
            return open_up(ctx)
        if place.part in {Part.TELLING, Part.SETTLING}:
            return tell_exercise(ctx, place, coming=False)
        return rule(ctx, place)

    again.__name__, again.__doc__ = rule.__name__, rule.__doc__
    return at_a_place(again)


@_again
def repeat_set(ctx: Context, place: Bookmark) -> Turn:
    """The set they are in the middle of, from its start."""
    piece = ctx.plan(place).piece(place)
    return play(ctx.asking(q.Ready(piece.starts(place.routine))))


@_again
def repeat_telling(ctx: Context, place: Bookmark) -> Turn:
    """How the exercise is done, at length."""
    ctx, told, when = telling(ctx, place, coming=False, again=True)
    return ask_again(ctx, *told, when)


@_again
def repeat_stream(ctx: Context, place: Bookmark) -> Turn:
    """The set of a stream that was paused, from its start."""
    paused = ctx.through and ctx.progress.run
    return repeat_set(ctx.asking(q.GoOn(place)), e.Again()) if paused else open_up(ctx)


@_again
def repeat_question(ctx: Context, _: Bookmark) -> Turn:
    """What was asked, again."""
    return ask_again(ctx)


@at_a_place
def tell_it(ctx: Context, place: Bookmark) -> Turn:
    """How the exercise at hand is done."""
    return tell_exercise(ctx, place, coming=False)


@at_a_place
def repeat_notice(ctx: Context, place: Bookmark) -> Turn:
    """The safety notice, again."""
    return notice(ctx, place)


@at_a_place
def resume(ctx: Context, place: Bookmark) -> Turn:
    """On with it; where it streams, without a word: they are lying there."""
    if ctx.through and ctx.progress.met:
        return stream_from(ctx, place, counted=True)
    return play(ctx)


@at_a_place
def go_on(ctx: Context, _: Bookmark) -> Turn:
    """On with it."""
    return play(ctx)


def resume_stream(ctx: Context, event: e.Resumed) -> Turn:
    """A stream that plays at this very speaker plays on; one that plays elsewhere goes on here."""
    position, run = ctx.world.device.position, ctx.before.progress.run
    here = position and run and position.stream.run == run.stream.run
    if here and position and position.activity is Activity.PLAYING:
        return ctx.unchanged()
    return resume(ctx, event)


def pause_stream(ctx: Context, _: e.Paused) -> Turn:
    """The stream stops, and they are told where."""
    return pause(ctx)


def pause_at_rest(ctx: Context, _: e.Paused) -> Turn:
    """A stream that has been paused stays so; else they are welcomed."""
    if ctx.through and ctx.progress.run:
        return pause(ctx)
    return open_up(ctx) if ctx.place else nothing_begun(ctx)


def pause_in_set(ctx: Context, event: e.Paused) -> Turn:
    """A minute of quiet in the middle of a set, and the question again."""
    place = ctx.place
    if place is None or place.part is not Part.WORK:
        return wait(ctx, event)
    at = tell.at_rep(place, ctx.plan(place).piece(place), ctx.catalogue)
    return ask_again(ctx, ctx.line("paused_at", where=at), *_quiet(ctx, event))


def wait(ctx: Context, event: object = None) -> Turn:
    """A minute of quiet, or as much as they asked for, and the question again."""
    return ask_again(ctx, ctx.line("take_your_time"), *_quiet(ctx, event))


def _quiet(ctx: Context, event: object) -> tuple[Speech, ...]:
    """As much as they asked for, which is said; what is longer than a reply comes in pieces, and each ends in the question."""
    asked = event.ms if isinstance(event, e.Paused) else None
    if asked is None:
        return (silence(WAIT_MS),)
    quiet = min(asked, MOST_WAIT_MS)
    more = (ctx.line("more_time"),) if asked > quiet else ()
    said = ctx.line("waiting", time=capital(tell.time(asked, ctx.words))) if asked != WAIT_MS else ""
    return said, silence(quiet), *more
