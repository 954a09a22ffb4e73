"""Straight through: what a stream does to a turn.

The newest stream that was started for a person is the one that counts, on whatever speaker it is: everything is
believed of that run only. Where it has got to is told by, in this order,

    its own speaker, in any request     to the millisecond, however many of its reports were lost
    its own reports, as they come       late, twice and out of order: `report` is idempotent
    the clock                           to another speaker, from when its own said that it began, until its end

and where nobody can tell, the place is the last one known: rather a rep done twice than one missed.
"""

from collections.abc import Iterable
from dataclasses import replace

from skill.coach.dialogue.context import Context, Speech, compose, end, halt, keep, title
from skill.coach.dialogue.days import day_of
from skill.coach.dialogue.events import Report, Reported
from skill.coach.dialogue.questions import GoOn, Question
from skill.coach.dialogue.reply import Play, Reply, Turn
from skill.coach.dialogue.run import Activity, Phase, Position, Run, Sign
from skill.coach.dialogue.state import LONG_TELLINGS, TRIES, Progress, Session, State
from skill.coach.exercise import Ms, Slug
from skill.coach.timeline import telling as tell
from skill.coach.timeline.plan import Bookmark, Part, Plan
from skill.coach.timeline.stream import Stream
from skill.coach.timeline.wishes import Wishes
from skill.coach.words import capital

RETRY_MS: Ms = 60_000
"""A second attempt that fails within this is the last; one that fails later has done its work, and is a first again."""

ECHO_MS: Ms = 10_000
"""A paused stream that is further on than this has not merely taken its time to stop."""

SECOND_MS: Ms = 1000
"""Alexa's clock counts in seconds, so what it tells may be as much too late."""


def told_once_more(progress: Progress, slugs: Iterable[Slug]) -> Progress:
    """Each of some exercises has been told at length once more."""
    told = {slug: min(progress.tellings.get(slug, 0) + 1, LONG_TELLINGS) for slug in slugs}
    return replace(progress, tellings={**progress.tellings, **told}) if told else progress


def stream_from(
    ctx: Context, place: Bookmark, *before: Speech, counted: bool, phase: Phase = Phase.ASKED
) -> Turn:
    """Say ``before``, and play on from a place; ``counted`` in by three, two, one."""
    last, now, whole = ctx.progress.run, ctx.world.now, ctx.plan(place)
    progress, wishes = ctx.progress.practising(ctx.today), ctx.progress.wishes.about(place.routine)
    stream = Stream(
        run=max(now, last.stream.run + 1 if last else 0),
        block=0,
        place=whole.canonical(place),
        counted=counted and place.part is Part.WORK,  # nobody is counted into words
        long=ctx.progress.untold(whole.exercises),
        left=progress.left,
        wishes=wishes,
        days=len(progress.practised(ctx.today)),
        entire=_is_all_of_it(ctx, whole, place, wishes),
        whose=ctx.world.whose,
    )
    speech, offset = compose(ctx, before), ctx.edition.stream(stream).begins
    progress = replace(progress, place=stream.place, led=None, run=Run(stream, offset, now, phase))
    ctx = keep(ctx.asking(None).known(progress))
    reply = Reply(speech, title=title(ctx), player=_play(ctx, stream, offset))
    return Turn(State(ctx.session, ctx.progress), reply)


def _is_all_of_it(ctx: Context, whole: Plan, place: Bookmark, wishes: Wishes) -> bool:
    """Whether a stream from there is all that they do today: from its first word, or on from where they were in such a one."""
    progress, last, today = ctx.progress, ctx.progress.run, ctx.today
    if progress.left:
        return False
    if place.rep_only == whole.beginning and place.part in {Part.TELLING, Part.SETTLING}:
        return not any(day.ms for day in progress.days if day.on == today)
    same = last is not None and last.stream.entire and last.stream.wishes == wishes
    return same and last is not None and day_of(last.at, ctx.world.zone) == today and place == progress.place


def _play(ctx: Context, stream: Stream, offset: Ms, follows: Stream | None = None) -> Play:
    whole = ctx.edition.plan(stream.place, stream.wishes)
    name = whole.name or ctx.catalogue.exercises[stream.place.exercise].name
    return Play(stream, offset, capital(name), capital(ctx.where(stream.place)), follows)


# Where has it got to?


def catch_up(ctx: Context) -> Context:
    """If the stream was playing, they have broken in on it: the place is where it has got to."""
    run = ctx.progress.run
    position = _latest(ctx, run) if run else None
    if run is None or position is None:
        return ctx
    progress = _reached(ctx, run, position)
    place = progress.place
    ctx = ctx.known(progress)
    if position.activity is Activity.PLAYING and place:
        session = replace(ctx.session, asked=GoOn(place), led=None, cautioned=True)
        return replace(ctx.now(session).known(replace(progress, led=None)), streaming=True)
    return ctx.asking(_moved(ctx.asked, place))


def _moved(asked: Question | None, place: Bookmark | None) -> Question | None:
    """A question about where they are, once that is somewhere else; none, once they are nowhere."""
    return replace(asked, place=place) if asked and place else None


def _latest(ctx: Context, run: Run) -> Position | None:
    """Where the stream that counts has got to; None if there is no news of it."""
    seen, stream = ctx.world.device.position, run.stream
    if seen and seen.stream.run == stream.run:
        if seen.stream.block < stream.block:  # what was to follow never did
            return Position(stream, run.offset, Activity.STOPPED) if run.phase.plays else None
        if run.phase.plays or seen.activity is Activity.PLAYING or _further(seen, run):
            ended = seen.activity is Activity.FINISHED
            return seen if ended else replace(seen, activity=Activity.PLAYING)
        return None
    if not run.phase.plays:
        return None
    since, offset = ctx.world.now - run.at, run.offset
    if run.phase.begun:
        offset += max(since - SECOND_MS, 0)
    if max(offset, since) < ctx.edition.stream(stream).lasts:
        return Position(stream, offset)
    return Position(stream, run.offset, Activity.STOPPED)


def _further(position: Position, run: Run) -> bool:
    """Whether a stream that was paused has played on: our word to stop was lost."""
    return position.stream.block > run.stream.block or position.offset - run.offset > ECHO_MS


def _reached(ctx: Context, run: Run, position: Position) -> Progress:
    """What progress becomes, once the stream has got to ``position`` and no further."""
    track, progress = ctx.edition.stream(position.stream), _heard(ctx, run, position)
    still = Run(position.stream, position.offset, ctx.world.now, Phase.STILL)
    if position.activity is not Activity.FINISHED:
        place = track.place(position.offset)  # in the plan that it was laid out from
        now = ctx.plan(place).moved(place, track.plan)
        same = (now.exercise, now.form) == (place.exercise, place.form)
        return replace(progress, place=now if same else now.at(Part.TELLING), run=still)
    following = track.following
    if following is None:
        return replace(progress.over(), run=still)
    begins = ctx.edition.stream(following).begins
    return replace(progress, place=following.place, run=replace(still, stream=following, offset=begins))


def _heard(ctx: Context, run: Run, position: Position) -> Progress:
    """What was told and done, once the stream has got to ``position`` from where it was last known to be."""
    heard = [(position.stream, run.offset if position.stream == run.stream else 0, position.offset)]
    if position.stream != run.stream:  # the block before was heard out
        heard.append((run.stream, run.offset, ctx.edition.stream(run.stream).lasts))
    progress = ctx.progress
    for stream, since, until in heard:
        track = ctx.edition.stream(stream)
        done = track.done(since, until)
        progress = told_once_more(progress, track.explained(since, until))
        if done.ms:
            progress = progress.practising(ctx.today, ms=done.ms, sets=done.sets, exercises=done.exercises)
    return progress


# What its speaker reports


def report(ctx: Context, event: Reported) -> Turn:
    """A stream's own report. Of an old run, of an old block, or out of date: nothing changes, and nothing is said."""
    run, position, what = ctx.progress.run, event.position, event.what
    if run is None or position.stream.run != run.stream.run or position.stream.block < run.stream.block:
        return _quiet(ctx)
    if ctx.world.now < run.at:
        return _quiet(ctx)
    ahead = position.stream.block > run.stream.block
    if not (run.phase.plays or _further(position, run)):  # it was paused; only a later start undoes that
        begins = what is Report.STARTED and ctx.world.now > run.at
        return _began(ctx, run, position) if begins else _quiet(ctx)
    match what:
        case Report.STARTED:
            return _began(ctx, run, position)
        case Report.NEARLY_FINISHED:
            following = ctx.edition.stream(position.stream).following
            return _enqueue(ctx, following, position.stream) if following else _quiet(ctx)
        case Report.FINISHED:
            return _finished(ctx, run, position)
        case Report.STOPPED:
            return _kept(ctx, _reached(ctx, run, position))
        case Report.FAILED:
            return _retry_next(ctx, run, position) if ahead else _retry(ctx, run, position)


def _quiet(ctx: Context) -> Turn:
    return Turn(State(Session(), ctx.progress), Reply())


def _kept(ctx: Context, progress: Progress) -> Turn:
    """Nothing said; this is known."""
    return _quiet(ctx.known(replace(progress, at=max(ctx.world.now, ctx.progress.at))))


def _began(ctx: Context, run: Run, position: Position) -> Turn:
    same = position.stream == run.stream
    phase = run.after(Sign.BEGAN) if same else Phase.PLAYING
    began = Run(position.stream, position.offset, ctx.world.now, phase or run.phase)
    if began == run:
        return _quiet(ctx)
    ctx = ctx.known(replace(ctx.progress, unplayed=None))
    if same:
        return _kept(ctx, replace(ctx.progress, run=began))
    progress = _heard(ctx, run, position)
    return _kept(ctx, replace(progress, run=began, place=position.stream.place))


def _finished(ctx: Context, run: Run, position: Position) -> Turn:
    """The next block follows by itself, if there is one."""
    progress = _reached(ctx, run, replace(position, activity=Activity.FINISHED))
    if progress.run and progress.run.stream != position.stream:
        progress = replace(progress, run=replace(progress.run, phase=Phase.ASKED))
    return _kept(ctx, progress)


def _retry(ctx: Context, run: Run, position: Position) -> Turn:
    """Once more from the rep; if that fails at once too, the place is kept."""
    progress = _reached(ctx, run, position)
    soon = position.offset - ctx.edition.stream(position.stream).begins < RETRY_MS
    if run.phase.again and soon:
        return _kept(ctx, progress.could_not_play(ctx.world.now, TRIES))
    if progress.place is None or not ctx.world.device.streams:
        return _kept(ctx, progress)
    phase = run.after(Sign.RETRIED) or Phase.ASKED_AGAIN
    turn = stream_from(ctx.known(progress), progress.place, counted=True, phase=phase)
    return replace(turn, state=replace(turn.state, session=Session()))


def _retry_next(ctx: Context, run: Run, position: Position) -> Turn:
    """What was to follow could not be had: once more, while the one before it plays."""
    phase = run.after(Sign.NEXT_RETRIED)
    if phase is None:
        return _quiet(ctx)
    ctx = ctx.known(replace(ctx.progress, run=replace(run, phase=phase)))
    return _enqueue(ctx, position.stream, run.stream)


def _enqueue(ctx: Context, following: Stream, before: Stream) -> Turn:
    offset = ctx.edition.stream(following).begins
    return replace(_quiet(ctx), reply=Reply(player=_play(ctx, following, offset, before)))


# What they say to it


def pause(ctx: Context) -> Turn:
    """Where they are, with an open ear; no reprompt, since quiet is what they asked for."""
    ctx, place = replace(ctx, streaming=True), ctx.place
    if place is None or place.part is Part.CLOSE or not ctx.world.device.pause_speaks:
        return end(ctx)
    piece = ctx.plan(place).piece(place)
    at_rep = place.part is Part.WORK
    where = tell.at_rep(place, piece, ctx.catalogue) if at_rep else ctx.where(place)
    asked = GoOn(place)
    speech = compose(ctx, (ctx.line("paused_ask", where=where),))
    ctx = keep(ctx.asking(asked))
    return Turn(State(ctx.session, ctx.progress), Reply(speech, asked, "", title(ctx), player=halt(ctx)))
