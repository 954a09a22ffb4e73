"""Short answers to what people ask on the way: by topic, from where they are.

A topic of `TOPICS` is answered from the plan and from what is known of them; any other is a sentence of the language's own,
`Words.answers`. Neither asks anything: what was asked before is asked again.
"""

from collections.abc import Callable, Mapping
from datetime import date

from skill.coach.dialogue import lines
from skill.coach.dialogue.context import Context
from skill.coach.dialogue.questions import DoIt, Menu
from skill.coach.exercise import Slug
from skill.coach.timeline import telling as tell
from skill.coach.timeline.block import Telling, minutes
from skill.coach.timeline.plan import Bookmark, Part, start
from skill.coach.timeline.wishes import BEAT_MS
from skill.coach.words import capital

Sentences = tuple[str, ...]

AtPlace = Callable[[Context, Bookmark], Sentences]


def answers(topic: Slug, ctx: Context) -> Sentences:
    """What is said of a topic; what may be said now, of one that there is no answer to."""
    if topic in TOPICS:
        place = ctx.place
        if place is None and topic in _ANYWHERE:
            place = start(ctx.catalogue.default, ctx.catalogue, ctx.progress.wishes)
        if place is not None:
            return TOPICS[topic](ctx, place)
        return (lines.hints(Menu(), ctx.catalogue),)
    said = ctx.words.answers.get(topic)
    return (said,) if said else (lines.hints(ctx.asked, ctx.catalogue),)


def _tell_more(ctx: Context, place: Bookmark) -> Sentences:
    """All the rest of the exercise that was described, or of the one at hand."""
    slug = ctx.asked.exercise if isinstance(ctx.asked, DoIt) else place.exercise
    return tell.more(
        ctx.catalogue.exercises.get(slug, ctx.catalogue.exercises[place.exercise]), ctx.catalogue
    )


def _next_up(ctx: Context, place: Bookmark) -> Sentences:
    """The exercises that are still to come, by name."""
    coming = ctx.plan(place).coming(place.exercise)
    if not coming:
        return (ctx.line("nothing_next"),)
    names = tuple(ctx.catalogue.exercises[slug].name for slug in coming)
    following = (ctx.line("next_then", names=ctx.words.listing(names[1:])),) if names[1:] else ()
    return ctx.line("next_is", name=names[0]), *following


def _done(ctx: Context, place: Bookmark) -> Sentences:
    """How much of the exercise at hand is behind them."""
    piece, words = ctx.plan(place).piece(place), ctx.words
    unit = ctx.catalogue.exercises[piece.exercise].form(piece.form).unit
    reps = place.rep - 1 if place.part is Part.WORK else 0
    if reps > 0:
        return (ctx.line("done_reps", reps=words.number(reps, unit[reps != 1].gender), unit=unit[reps != 1]),)
    if piece.set > 1:
        return (ctx.line("done_sets", set=words.number(piece.set - 1), sets=words.number(piece.sets)),)
    before = ctx.plan(place).exercises.index(place.exercise)
    return (
        ctx.line("done_exercises", count=tell.exercises(before, words)) if before else ctx.line("done_none"),
    )


def _time(ctx: Context, place: Bookmark) -> Sentences:
    """The minutes to go, as it will be led: with tellings and rests."""
    whole = ctx.plan(place)
    told = Telling(ctx.progress.untold(whole.exercises))
    blocks = [ctx.edition.block(whole, number, told) for number in range(len(ctx.edition.blocks(whole)))]
    number = next(i for i, some in enumerate(ctx.edition.blocks(whole)) if place.exercise in some)
    left = sum(block.score.lasts for block in blocks[number:]) - blocks[number].find(place)
    return (ctx.line("time_left", minutes=tell.minutes(minutes(left), ctx.words)),)


def _plan(ctx: Context, place: Bookmark) -> Sentences:
    """What there is to do, each exercise with its dose as they wish it, and how fast, in one breath."""
    whole = ctx.plan(place)
    slow = ctx.progress.wishes.beat - BEAT_MS
    pace = ("plan_slow" if slow > 0 else "plan_fast") if slow else ""
    items = (tell.planned(whole.first_of(slug), ctx.catalogue) for slug in whole.exercises)
    return ctx.line("plan"), *items, ctx.line(pace) if pace else ""


def _need(ctx: Context, place: Bookmark) -> Sentences:
    """What to have ready."""
    kit = dict.fromkeys(
        thing for slug in ctx.plan(place).exercises for thing in ctx.catalogue.exercises[slug].kit
    )
    if not kit:
        return (ctx.line("need_nothing"),)
    return (ctx.line("have_ready", kit=ctx.words.listing(tuple(ctx.words.kit[thing] for thing in kit))),)


def _form(ctx: Context, place: Bookmark) -> Sentences:
    """That we cannot see them, and the one thing to mind."""
    exercise = ctx.catalogue.exercises[place.exercise]
    form = exercise.form(place.form)
    return ctx.line("cannot_see"), form.offer or exercise.reminder


def _breathe(ctx: Context, place: Bookmark) -> Sentences:
    """The cue that says when to breathe out."""
    moves = ctx.catalogue.exercises[place.exercise].form(place.form).moves
    cue = next((move.breath for move in moves if move.breath), "")
    return (f"{cue}." if cue else "", ctx.line("breathe"))


def _why(ctx: Context, place: Bookmark) -> Sentences:
    """What the exercise at hand is good for."""
    return ctx.catalogue.exercises[place.exercise].about[:1]


def _history(ctx: Context, _: Bookmark) -> Sentences:
    """The days of the week that ends today."""
    days, words = ctx.progress.practised(ctx.today), ctx.words
    if not days:
        return (ctx.line("history_none"),)
    counted = (
        ctx.line("history_one") if len(days) == 1 else ctx.line("practised", number=words.number(len(days)))
    )
    which = words.listing(tuple(day_name(ctx, day.on) for day in days))
    moved = minutes(sum(day.ms for day in days))
    sets = sum(day.sets for day in days)
    much = (
        ctx.line("history_much", minutes=tell.minutes(moved, words), sets=words.number(sets))
        if sets > 1
        else ""
    )
    return counted, f"{capital(which)}.", much


def _last_time(ctx: Context, _: Bookmark) -> Sentences:
    """When they last practised, of the week that is kept."""
    days = ctx.progress.practised(ctx.today)
    return (ctx.line("last_time", day=day_name(ctx, days[-1].on)) if days else ctx.line("history_none"),)


def day_name(ctx: Context, day: date) -> str:
    """A day of this week as it is said: "today", "yesterday", "on Monday"."""
    ago = (ctx.today - day).days
    if ago <= 1:
        return ctx.line("yesterday" if ago else "today")
    return ctx.line("on_day", day=ctx.words.weekdays[day.weekday()])


def _my_routines(ctx: Context, _: Bookmark) -> Sentences:
    """The routines of their own."""
    names = ctx.progress.wishes.names
    if not names:
        return (ctx.line("no_own"),)
    return (ctx.line("own_ones", names=ctx.words.listing(names)),)


def _privacy(ctx: Context, _: Bookmark) -> Sentences:
    """What is kept, and how to have it deleted."""
    return ctx.line("forget_what"), ctx.line("privacy")


TOPICS: Mapping[Slug, AtPlace] = {
    "tell_more": _tell_more,
    "next_up": _next_up,
    "plan": _plan,
    "how_many_done": _done,
    "time": _time,
    "need": _need,
    "form": _form,
    "breathe": _breathe,
    "why": _why,
    "history": _history,
    "last_time": _last_time,
    "my_routines": _my_routines,
    "privacy": _privacy,
}
"""What is answered from where they are."""

_ANYWHERE = frozenset(
    {
        "tell_more",
        "plan",
        "time",
        "need",
        "next_up",
        "history",
        "last_time",
        "my_routines",
        "privacy",
        "breathe",
    }
)
"""The topics that have an answer where nothing was begun: of the usual routine."""
