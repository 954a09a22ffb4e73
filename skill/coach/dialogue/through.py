"""Straight through: what a stream does to a turn.

The newest stream that was started for a person is the one that counts, on whatever speaker it is: everything is
believed of that run only. Where it has got to is told by, in this order,

    its own speaker, in any request     to the millisecond, however many of its reports were lost
    its own reports, as they come       late, twice and out of order: `report` is idempotent
    the clock                           to another speaker, from when its own said that it began, until its end

and where nobody can tell, the place is the last one known: rather a rep done twice than one missed.
"""

from dataclasses import replace

from skill.coach.dialogue import tell
from skill.coach.dialogue.events import Playback
from skill.coach.dialogue.here import Here, Part, after, compose, days, end, halt, title
from skill.coach.dialogue.reply import Play, Reply, Turn
from skill.coach.dialogue.state import (
    Activity,
    Mode,
    Playhead,
    Progress,
    Question,
    Session,
    State,
    Stream,
    Streaming,
)
from skill.coach.exercise import Ms, Slug
from skill.coach.timeline import stream as of
from skill.coach.timeline.plan import Bookmark, canonical, plan, worked
from skill.coach.timeline.plan import Part as Where
from skill.coach.words import capital

LONG_TELLINGS = 2
"""An exercise is told at length this often, then in one sentence."""

RETRY_MS: Ms = 60_000
"""A second attempt that fails within this is the last; one that fails later has done its work, and is a first again."""

ECHO_MS: Ms = 10_000
"""A paused stream that is further on than this has not merely taken its time to stop."""

SECOND_MS: Ms = 1000
"""Alexa's clock counts in seconds, so what it tells may be as much too late."""

LAST = 999
"""The last sentence of a part, however many there are."""


def through(here: Here) -> bool:
    """Whether they are led straight through: they like it, their speaker can, and the place can be kept."""
    return here.world.device.streams and here.world.keeping and here.progress.mode is Mode.THROUGH


def may_offer(here: Here) -> bool:
    """Whether to ask how they like to be led: once, and only where there is a choice."""
    return here.world.device.streams and here.world.keeping and here.progress.mode is None


def stream_from(here: Here, mark: Bookmark, *parts: Part, counted: bool, retried: bool = False) -> Turn:
    """Say ``parts``, and play on from a place; ``counted`` in by three, two, one."""
    mark, last = canonical(mark, here.catalogue), here.progress.streaming
    whole = plan(mark, here.catalogue)
    stream = Stream(
        run=max(here.world.now, last.stream.run + 1 if last else 0),
        block=0,
        joined=mark,
        counted=counted,
        long=tuple(slug for slug in whole.exercises if here.progress.told.get(slug, 0) < LONG_TELLINGS),
        skipped=here.progress.skipped,
    )
    speech = compose(here, parts)
    offset = of.begins(stream, here.catalogue, here.world.measure)
    here = here.now(place=mark, playing=None, asked=None, begun=True)
    streaming = Streaming(stream, offset, here.world.now, retried=retried)
    here = here.known(days=days(here), streaming=streaming, asks_first=False)
    return Turn(after(here), Reply(speech, title=title(here), player=_play(here, stream, offset)))


def _play(here: Here, stream: Stream, offset: Ms, follows: Stream | None = None) -> Play:
    mark = stream.joined
    routine = here.catalogue.routines.get(mark.routine)
    name = routine.name if routine else here.catalogue.exercises[mark.exercise].name
    where = tell.place(worked(mark), here.catalogue)
    return Play(stream, offset, capital(name), capital(where), follows)


# Where has it got to?


def catch_up(here: Here) -> Here:
    """If the stream was playing, they have broken in on it: the place is where it has got to."""
    streaming = here.progress.streaming
    head = _head(here, streaming) if streaming else None
    if head is None:
        return here
    here = here.known(**_reached(here, head))
    if head.activity is not Activity.PLAYING:
        return here.now(place=here.progress.place, later=here.progress.later)
    return replace(here, breaks_in=True).now(
        place=here.progress.place, playing=None, asked=Question.GO_ON, begun=True, cautioned=True
    )


def _head(here: Here, streaming: Streaming) -> Playhead | None:
    """Where the stream that counts has got to; None if there is no news of it."""
    seen, stream, offset = here.world.device.playhead, streaming.stream, streaming.offset
    if seen and seen.stream.run == stream.run:
        if seen.stream.block < stream.block:  # what was to follow never did
            return Playhead(stream, offset, Activity.STOPPED) if streaming.playing else None
        if streaming.playing or seen.activity is Activity.PLAYING or _further(seen, streaming):
            ended = seen.activity is Activity.FINISHED
            return seen if ended else replace(seen, activity=Activity.PLAYING)
        return None
    if not streaming.playing:
        return None
    since = here.world.now - streaming.at
    if streaming.begun:
        offset += max(since - SECOND_MS, 0)
    if max(offset, since) < of.lasts(stream, here.catalogue, here.world.measure):
        return Playhead(stream, offset)
    return Playhead(stream, streaming.offset, Activity.STOPPED)


def _further(head: Playhead, streaming: Streaming) -> bool:
    """Whether a stream that was paused has played on: our word to stop was lost."""
    ahead = head.stream.block > streaming.stream.block
    return ahead or head.offset - streaming.offset > ECHO_MS


def _reached(here: Here, head: Playhead) -> dict[str, object]:
    """What progress becomes, once a stream has got to ``head`` and no further."""
    catalogue, measure, progress = here.catalogue, here.world.measure, here.progress
    told = _told(here, head)
    still = Streaming(head.stream, head.offset, here.world.now, playing=False)
    if head.activity is not Activity.FINISHED:
        return {
            "place": of.mark_at(head.stream, head.offset, catalogue, measure),
            "streaming": still,
            "told": told,
        }
    following = of.following(head.stream, catalogue, measure)
    if following is None:
        return {**over(progress), "streaming": still, "told": told}
    begins = of.begins(following, catalogue, measure)
    return {
        "place": following.joined,
        "streaming": replace(still, stream=following, offset=begins),
        "told": told,
    }


def _told(here: Here, head: Playhead) -> dict[Slug, int]:
    """How often each exercise has been told, once the stream has got to ``head`` from where it was last known to be."""
    catalogue, measure, current = here.catalogue, here.world.measure, here.progress.streaming
    told, since = dict(here.progress.told), 0
    heard: tuple[Slug, ...] = ()
    if current and head.stream == current.stream:
        since = current.offset
    elif current:  # the block before was heard out
        end = of.lasts(current.stream, catalogue, measure)
        heard = of.told(current.stream, current.offset, end, catalogue, measure)
    for slug in (*heard, *of.told(head.stream, since, head.offset, catalogue, measure)):
        told[slug] = min(told.get(slug, 0) + 1, LONG_TELLINGS)
    return told


def over(progress: Progress) -> dict[str, object]:
    """What progress becomes at the end of a plan: back to the routine that was left for it, if any."""
    return {"place": progress.later, "later": None, "skipped": bool(progress.later) and progress.skipped}


# What its speaker reports


def report(here: Here, what: Playback, head: Playhead) -> Turn:
    """A stream's own report. Of an old run, of an old block, or out of date: nothing changes, and nothing is said."""
    here = here.now(place=here.progress.place, later=here.progress.later)
    current = here.progress.streaming
    if current is None or head.stream.run != current.stream.run or head.stream.block < current.stream.block:
        return _nothing(here)
    if here.world.now < current.at:
        return _nothing(here)
    ahead = head.stream.block > current.stream.block
    if ahead and what is Playback.FAILED and not current.playing:  # it is not to follow any more
        return _nothing(here)
    if not (current.playing or _further(head, current)):  # it was paused; only a later start undoes that
        begins = what is Playback.STARTED and here.world.now > current.at
        return _started(here, head, current) if begins else _nothing(here)
    match what:
        case Playback.STARTED:
            return _started(here, head, current)
        case Playback.NEARLY_FINISHED:
            following = of.following(head.stream, here.catalogue, here.world.measure)
            return _enqueue(here, following, head.stream) if following else _nothing(here)
        case Playback.FINISHED:
            return _finished(here, head)
        case Playback.STOPPED:
            return _kept(here, **_reached(here, head))
        case Playback.FAILED:
            return _follow_again(here, head, current) if ahead else _failed(here, head, current)


def _nothing(here: Here) -> Turn:
    return Turn(State(Session(), here.progress), Reply())


def _kept(here: Here, **changes: object) -> Turn:
    """Nothing said; progress so changed."""
    at = max(here.world.now, here.progress.at)
    return _nothing(here.known(**changes, at=at))


def _started(here: Here, head: Playhead, current: Streaming) -> Turn:
    same = head.stream == current.stream
    retried = current.retried and same
    started = Streaming(head.stream, head.offset, here.world.now, begun=True, retried=retried)
    if started == current:
        return _nothing(here)
    if same:
        return _kept(here, streaming=started)
    return _kept(here, streaming=started, place=head.stream.joined, told=_told(here, head))


def _finished(here: Here, head: Playhead) -> Turn:
    """The next block follows by itself, if there is one."""
    reached = _reached(here, replace(head, activity=Activity.FINISHED))
    streaming = reached["streaming"]
    assert isinstance(streaming, Streaming)
    follows = streaming.stream != head.stream
    return _kept(here, **{**reached, "streaming": replace(streaming, playing=follows)})


def _failed(here: Here, head: Playhead, current: Streaming) -> Turn:
    """Once more from the rep; if that fails at once too, the place is kept."""
    here = here.known(**_reached(here, head))
    place = here.progress.place
    soon = head.offset - of.begins(head.stream, here.catalogue, here.world.measure) < RETRY_MS
    if place is None or (current.retried and soon) or not here.world.device.streams:
        return _kept(here)
    turn = stream_from(here, place, counted=True, retried=True)
    return replace(turn, state=replace(turn.state, session=Session()))


def _follow_again(here: Here, head: Playhead, current: Streaming) -> Turn:
    """What was to follow could not be had: once more, while the one before it plays."""
    if current.retried:
        return _nothing(here)
    return _enqueue(here.known(streaming=replace(current, retried=True)), head.stream, current.stream)


def _enqueue(here: Here, following: Stream, before: Stream) -> Turn:
    offset = of.begins(following, here.catalogue, here.world.measure)
    return replace(_nothing(here), reply=Reply(player=_play(here, following, offset, before)))


# What they say to it


def straight_on(here: Here, *parts: Part) -> Turn:
    """They chose it straight through, having just been told the exercise: ten seconds to get there, and off."""
    mark = here.session.place
    assert mark is not None
    return stream_from(here, replace(mark, part=Where.TELLING, sentence=LAST), *parts, counted=False)


def pause(here: Here) -> Turn:
    """Where they are, with an open ear; no reprompt, since quiet is what they asked for."""
    here, mark = replace(here, breaks_in=True), here.session.place
    if mark is None or mark.part is Where.CLOSE or not here.world.device.pause_speaks:
        return end(here)
    where = (
        tell.at_rep(mark, here.catalogue)
        if mark.part is Where.WORK
        else tell.place(worked(mark), here.catalogue)
    )
    here = here.now(asked=Question.GO_ON)
    asked = compose(here, (here.line("paused_ask", where=where),))
    return Turn(after(here), Reply(asked, Question.GO_ON, "", title(here), player=halt(here)))
